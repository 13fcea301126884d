import {
  EnumField,
  BooleanField,
  IdField,
  IntField,
  PatternField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';
import { ATTACHMENT_KINDS, type AttachmentKind } from './attachment.dto.js';

export const MAX_MEDIA = 30;
const MAX_PIXELS = 1_000_000;
const MAX_MS = 7 * 24 * 3_600_000;
const MIME_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** One thing that a message shows, as it is sent: an attachment, or where the operator allows that, an address elsewhere. */
export class MediaInputDto {
  @IdField('An attachment of mine.', { optional: true })
  attachmentId?: string;

  @UrlField('Instead: an https address elsewhere, where the server allows that (ALLOW_EXTERNAL_MEDIA).', {
    optional: true,
  })
  url?: string;

  @UrlField('With url: the https address of a smaller picture.', { optional: true })
  thumbnailUrl?: string;

  @PatternField('With url: its media type.', MIME_TYPE, { optional: true, max: 255 })
  mimeType?: string;

  @TextField('With url: its name.', { optional: true, max: 255 })
  filename?: string;

  @IntField('In pixels; of a picture that was uploaded the server knows it.', {
    optional: true,
    min: 1,
    max: MAX_PIXELS,
  })
  width?: number;

  @IntField('In pixels; of a picture that was uploaded the server knows it.', {
    optional: true,
    min: 1,
    max: MAX_PIXELS,
  })
  height?: number;

  @IntField('Milliseconds, of a video or of something to hear.', { optional: true, max: MAX_MS })
  durationMs?: number;
}

/** One thing that a message shows. It is the same for everybody; for its address ask `GET /v1/attachments`. */
export class MediaDto {
  @IdField('The attachment; null: it is elsewhere.', { nullable: true })
  attachmentId: string | null;

  @UrlField('Where it is, when it is elsewhere: nobody here has looked at it.', { nullable: true })
  url: string | null;

  @UrlField('Where a smaller picture of it is, when it is elsewhere.', { nullable: true })
  thumbnailUrl: string | null;

  @EnumField('What it is.', ATTACHMENT_KINDS)
  kind: AttachmentKind;

  @TextField('Its media type; null: unknown.', { nullable: true, max: 255 })
  mimeType: string | null;

  @IntField('Bytes; null: unknown.', { nullable: true })
  size: number | null;

  @IntField('In pixels.', { nullable: true })
  width: number | null;

  @IntField('In pixels.', { nullable: true })
  height: number | null;

  @IntField('Milliseconds; null: unknown.', { nullable: true })
  durationMs: number | null;

  @TextField('Its name.', { nullable: true, max: 255 })
  filename: string | null;

  @BooleanField('Whether the server has a smaller picture of it.')
  hasThumbnail: boolean;
}
