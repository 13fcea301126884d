import {
  notFound,
  insufficientStorage,
  payloadTooLarge,
  rateLimited,
  unsupportedMediaType,
} from '../../kernel/errors/base.errors.js';
import { read, restOnly } from '../../kernel/realtime/contract.js';
import { quotaExceeded, uploadStalled } from './attachments.errors.js';
import {
  SignedAttachmentDto,
  AttachmentDto,
  AttachmentIdDto,
  AttachmentListDto,
  ListAttachmentsDto,
  UploadAttachmentDto,
} from './dto/attachment.dto.js';

export const uploadAttachment = restOnly('attachment.upload', UploadAttachmentDto, AttachmentDto, {
  summary: 'Uploads a file for a message. An attachment that no message references for a day is deleted.',
  rest: 'POST /v1/attachments',
  location: ({ id }) => `/v1/attachments/${id}`,
  permission: 'any user',
  errors: [
    payloadTooLarge,
    quotaExceeded,
    unsupportedMediaType,
    uploadStalled,
    rateLimited,
    insufficientStorage,
  ],
  multipart: true,
});

export const listAttachments = read('attachment.list', ListAttachmentsDto, AttachmentListDto, {
  summary: 'Lists attachments by id, with signed URLs.',
  rest: 'GET /v1/attachments',
  permission: 'any user',
});

export const getAttachment = read('attachment.get', AttachmentIdDto, SignedAttachmentDto, {
  summary:
    'Returns an attachment with signed URLs: to its uploader until a message references it, then to the users who can read such a message.',
  rest: 'GET /v1/attachments/{attachmentId}',
  permission: ['sender', 'member'],
  errors: [notFound],
});
