import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
  ClientIdField,
  FileField,
} from '../../../kernel/validation/fields.js';
import { splitLowerCaseText } from '../../../kernel/validation/normalization.decorators.js';
import type { ReceivedFile } from '../../../kernel/validation/rules.js';
import { ATTACHMENT_KINDS, type Attachment, type AttachmentKind } from '../entities/attachment.entity.js';

export type AttachmentRow = ColumnsOf<
  Attachment,
  | 'id'
  | 'owner_id'
  | 'state'
  | 'kind'
  | 'mime_type'
  | 'size'
  | 'width'
  | 'height'
  | 'filename'
  | 'thumbnail_size'
  | 'metadata_removed'
  | 'created_at'
>;

/** Upload form (multipart/form-data). */
export class UploadAttachmentDto {
  @FileField('File with its name. Its type is detected from the content.')
  file: ReceivedFile;

  @ClientIdField()
  clientId?: string;
}

/** Reference to an attachment. */
export class AttachmentIdDto {
  @IdField('Id of the attachment.')
  attachmentId: string;
}

/** Query for attachments by id. */
export class ListAttachmentsDto {
  @IdsField('Ids separated by commas. Unreadable attachments are left out.')
  @splitLowerCaseText()
  ids: string[];
}

/** Uploaded file. It never changes. */
export class AttachmentDto {
  @IdField('Id of the attachment, used as `media[].attachmentId` of a message.')
  id: string;

  @EnumField('Kind detected from the content.', ATTACHMENT_KINDS)
  kind: AttachmentKind;

  @TextField('Media type detected from the content.', { max: 255, example: 'image/jpeg' })
  mimeType: string;

  @IntField('Stored size in bytes. Re-encoding and the removal of metadata change it.', { min: 1 })
  size: number;

  @IntField('Displayed width of an image in pixels; null for other kinds.', { nullable: true, min: 1 })
  width: number | null;

  @IntField('Displayed height of an image in pixels; null for other kinds.', { nullable: true, min: 1 })
  height: number | null;

  @TextField('File name given by the uploader.', { max: 255 })
  filename: string;

  @BooleanField('Whether a thumbnail exists: WebP, at most 512 pixels a side.')
  hasThumbnail: boolean;

  @BooleanField(
    'Whether all metadata, such as place and device, is removed from the file. False for formats and damaged files that the server cannot clean; they are stored unchanged or with a remainder.',
  )
  metadataRemoved: boolean;

  @DateTimeField('Time of the upload.')
  createdAt: string;

  static from(row: AttachmentRow): AttachmentDto {
    return {
      id: row.id,
      kind: row.kind,
      mimeType: row.mime_type,
      size: row.size,
      width: row.width,
      height: row.height,
      filename: row.filename,
      hasThumbnail: row.thumbnail_size !== null,
      metadataRemoved: row.metadata_removed,
      createdAt: row.created_at.toISOString(),
    };
  }
}

/** Signed URLs of one attachment for one user. */
export interface SignedFileUrls {
  url: string;
  thumbnailUrl: string | null;
  expiresAt: string;
}

/** Attachment with signed URLs. */
export class SignedAttachmentDto extends AttachmentDto {
  @TextField(
    'Signed URL of the file for the current user: a path of this server, or an absolute URL with PUBLIC_URL. It works until expiresAt and while the user may read the file.',
    {
      max: 2_000,
    },
  )
  url: string;

  @TextField('Signed URL of the thumbnail; null for none.', { nullable: true, max: 2_000 })
  thumbnailUrl: string | null;

  @DateTimeField('Expiry of the URLs.')
  expiresAt: string;

  static override from(row: AttachmentRow & SignedFileUrls): SignedAttachmentDto {
    const { url, thumbnailUrl, expiresAt } = row;
    return { ...AttachmentDto.from(row), url, thumbnailUrl, expiresAt };
  }
}

/** Attachments by id. */
export class AttachmentListDto {
  @NestedField('Readable attachments in the requested order.', () => [SignedAttachmentDto])
  items: SignedAttachmentDto[];
}
