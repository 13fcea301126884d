import { Transform } from 'class-transformer';
import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';

export const ATTACHMENT_KINDS = ['image', 'video', 'audio', 'file'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

export interface AttachmentRow {
  id: string;
  owner_id: string;
  state: 'uploading' | 'ready';
  kind: AttachmentKind;
  mime_type: string;
  size: number;
  width: number | null;
  height: number | null;
  filename: string;
  thumbnail_size: number | null;
  created_at: Date;
}

export class AttachmentIdDto {
  @IdField('The attachment.')
  attachmentId: string;
}

export class ListAttachmentsDto {
  @IdsField('Which: ids, separated by commas. What I may not read is left out.')
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.toLowerCase().split(',') : value,
  )
  ids: string[];
}

/** A file that somebody uploaded. It never changes. */
export class AttachmentDto {
  @IdField('The attachment: `media[].attachmentId` of a message that shows it.')
  id: string;

  @EnumField('What it is, found in its content.', ATTACHMENT_KINDS)
  kind: AttachmentKind;

  @TextField('Its media type, found in its content.', { max: 255, example: 'image/jpeg' })
  mimeType: string;

  @IntField('Bytes, as they are kept: a picture is made anew without what a camera wrote into it.', {
    min: 1,
  })
  size: number;

  @IntField('Of a picture, in pixels, as it is shown.', { nullable: true, min: 1 })
  width: number | null;

  @IntField('Of a picture, in pixels, as it is shown.', { nullable: true, min: 1 })
  height: number | null;

  @TextField('As it was called where it came from.', { max: 255 })
  filename: string;

  @BooleanField('Whether there is a smaller picture of it: WebP, 512 pixels at most.')
  hasThumbnail: boolean;

  @DateTimeField('When it was uploaded.')
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
      createdAt: row.created_at.toISOString(),
    };
  }
}

/** Addresses at which one person can get one attachment for a while. */
export interface Addresses {
  url: string;
  thumbnailUrl: string | null;
  expiresAt: string;
}

export class SignedAttachmentDto extends AttachmentDto {
  @TextField(
    'Its address on this server: good for me alone, for minutes, and no longer than I may read it.',
    {
      max: 2_000,
    },
  )
  url: string;

  @TextField('The address of its thumbnail.', { nullable: true, max: 2_000 })
  thumbnailUrl: string | null;

  @DateTimeField('Until when the addresses are good. Ask again for others.')
  expiresAt: string;

  static at(row: AttachmentRow, addresses: Addresses): SignedAttachmentDto {
    return { ...AttachmentDto.from(row), ...addresses };
  }
}

export class AttachmentListDto {
  @NestedField('Those that I may read, in the order asked.', () => [SignedAttachmentDto])
  items: SignedAttachmentDto[];
}
