import {
  EnumField,
  BooleanField,
  IdField,
  IntField,
  PatternField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';
import { ATTACHMENT_KINDS, type AttachmentKind } from '../entities/attachment.entity.js';

export const MAX_MEDIA = 30;
const MAX_PIXELS = 1_000_000;
const MAX_MS = 7 * 24 * 3_600_000;
const MIME_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Media item of a message to send: an attachment, or an external URL where the operator allows it. */
export class MediaInputDto {
  @IdField('Id of an attachment of the current user.', { optional: true })
  attachmentId?: string;

  @UrlField('External https URL instead of an attachment, if allowed by ALLOW_EXTERNAL_MEDIA.', {
    optional: true,
  })
  url?: string;

  @UrlField('Https URL of a thumbnail. Only with url.', { optional: true })
  thumbnailUrl?: string;

  @PatternField('Media type. Only with url.', MIME_TYPE, { optional: true, max: 255 })
  mimeType?: string;

  @TextField('File name. Only with url.', { optional: true, max: 255 })
  filename?: string;

  @IntField('Width in pixels. Ignored for an uploaded image.', {
    optional: true,
    min: 1,
    max: MAX_PIXELS,
  })
  width?: number;

  @IntField('Height in pixels. Ignored for an uploaded image.', {
    optional: true,
    min: 1,
    max: MAX_PIXELS,
  })
  height?: number;

  @IntField('Duration of audio or video in milliseconds.', { optional: true, max: MAX_MS })
  durationMs?: number;
}

/** Media item of a message, the same for all readers. `GET /v1/attachments` returns its signed URLs. */
export class MediaDto {
  @IdField('Id of the attachment; null for external media.', { nullable: true })
  attachmentId: string | null;

  @UrlField('External URL, not inspected by the server; null for an attachment.', { nullable: true })
  url: string | null;

  @UrlField('External URL of the thumbnail; null for none.', { nullable: true })
  thumbnailUrl: string | null;

  @EnumField('Kind of the media.', ATTACHMENT_KINDS)
  kind: AttachmentKind;

  @TextField('Media type; null when unknown.', { nullable: true, max: 255 })
  mimeType: string | null;

  @IntField('Size in bytes; null when unknown.', { nullable: true })
  size: number | null;

  @IntField('Width in pixels; null when unknown.', { nullable: true })
  width: number | null;

  @IntField('Height in pixels; null when unknown.', { nullable: true })
  height: number | null;

  @IntField('Duration in milliseconds; null when unknown.', { nullable: true })
  durationMs: number | null;

  @TextField('File name; null when unknown.', { nullable: true, max: 255 })
  filename: string | null;

  @BooleanField('Whether the server holds a thumbnail.')
  hasThumbnail: boolean;
}
