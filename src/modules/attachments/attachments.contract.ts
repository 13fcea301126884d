import {
  notFound,
  payloadTooLarge,
  rateLimited,
  unsupportedMediaType,
} from '../../kernel/errors/base.errors.js';
import { read, restOnly } from '../../kernel/realtime/contract.js';
import { quotaExceeded, unsupportedFile, uploadStalled } from './attachments.errors.js';
import {
  SignedAttachmentDto,
  AttachmentDto,
  AttachmentIdDto,
  AttachmentListDto,
  ListAttachmentsDto,
} from './dto/attachment.dto.js';
import { UploadAttachmentDto } from './dto/upload-attachment.dto.js';

export const uploadAttachment = restOnly('attachment.upload', UploadAttachmentDto, AttachmentDto, {
  summary:
    'Uploads a file, to be shown by a message. What no message shows within a day is deleted, and what none shows any more.',
  rest: 'POST /v1/attachments',
  permission: 'everybody',
  errors: [payloadTooLarge, quotaExceeded, unsupportedMediaType, unsupportedFile, uploadStalled, rateLimited],
  multipart: true,
});

export const listAttachments = read('attachment.list', ListAttachmentsDto, AttachmentListDto, {
  summary: 'Some attachments, with addresses at which I can get them.',
  rest: 'GET /v1/attachments',
  permission: 'everybody',
});

export const getAttachment = read('attachment.get', AttachmentIdDto, SignedAttachmentDto, {
  summary: 'One attachment, with addresses at which I can get it.',
  rest: 'GET /v1/attachments/{attachmentId}',
  permission: 'who can read a message that shows it; its owner until one does',
  errors: [notFound],
});
