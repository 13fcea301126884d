import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { DraftDto, DraftPageDto, DraftKeyDto, ListDraftsDto, SaveDraftDto } from './dto/draft.dto.js';

const options = { permission: 'member' as const, errors: [notFound] };

export const listDrafts = read('draft.list', ListDraftsDto, DraftPageDto, {
  summary: 'Lists the drafts of the current user, most recently updated first.',
  rest: 'GET /v1/drafts',
  permission: 'any user',
});

export const saveDraft = command('draft.save', SaveDraftDto, DraftDto, {
  summary: 'Saves a draft for all devices of the current user. The last write wins.',
  rest: 'PUT /v1/conversations/{conversationId}/draft',
  ...options,
});

export const removeDraft = command('draft.remove', DraftKeyDto, DraftDto, {
  summary: 'Removes a draft, for example after it was sent.',
  rest: 'DELETE /v1/conversations/{conversationId}/draft',
  ...options,
});

export const draftUpdated = event('draft.updated', DraftDto, {
  summary: 'A draft was saved or removed.',
  recipients: 'all devices of the user',
  durable: true,
});
