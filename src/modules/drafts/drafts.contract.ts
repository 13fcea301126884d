import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { DraftDto, DraftPageDto, DraftKeyDto, ListDraftsDto, SaveDraftDto } from './dto/draft.dto.js';

const about = { permission: 'any member', errors: [notFound] };

export const listDrafts = read('draft.list', ListDraftsDto, DraftPageDto, {
  summary: 'What I have written and not sent.',
  rest: 'GET /v1/drafts',
  permission: 'everybody',
});

export const saveDraft = command('draft.save', SaveDraftDto, DraftDto, {
  summary: 'Keeps what I have written so far, for all my devices. The last one wins.',
  rest: 'PUT /v1/conversations/{conversationId}/draft',
  ...about,
});

export const removeDraft = command('draft.remove', DraftKeyDto, DraftDto, {
  summary: 'Keeps it no longer: it was sent, or thrown away.',
  rest: 'DELETE /v1/conversations/{conversationId}/draft',
  ...about,
});

export const draftUpdated = event('draft.updated', DraftDto, {
  summary: 'What I have written and not sent has changed.',
  recipients: 'all devices of mine',
  durable: true,
});
