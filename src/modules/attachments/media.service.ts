import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { AttachmentsRepository } from './attachments.repository.js';
import type { AttachmentRow } from './dto/attachment.dto.js';
import type { MediaDto, MediaInputDto } from './dto/media.dto.js';
import { AttachmentCleanupService } from './attachment-cleanup.service.js';
import { kindOfMimeType } from './file-kinds.js';
import { toFileName } from './file-names.js';
import type { AttachmentKind } from './entities/attachment.entity.js';

/** Attachment kinds allowed in a message of each type; text allows none. */
const ALLOWED_KINDS: Record<string, readonly AttachmentKind[]> = {
  image: ['image'],
  video: ['video'],
  voice: ['audio'],
  file: ['image', 'video', 'audio', 'file'],
};
/** Fields of external media only; the server knows them of an attachment. */
const EXTERNAL_FIELDS = ['thumbnailUrl', 'mimeType', 'filename'] as const;

/** Media of messages. Methods run inside the unit of work that writes the message. */
@Injectable()
export class MediaService {
  constructor(
    private readonly config: Config,
    private readonly attachments: AttachmentsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly cleanup: AttachmentCleanupService,
  ) {}

  /** Requests a cleanup after the commit, when a message lost its media. */
  requestCleanup(): void {
    this.unitOfWork.afterCommit(() => this.cleanup.requestCleanup());
  }

  /** Media as stored in the message. Rejects attachments that the user did not upload and kinds that the type does not allow. */
  async resolveMedia(user: AuthUser, type: string, items: readonly MediaInputDto[]): Promise<MediaDto[]> {
    const errors = items.flatMap((item, index) => this.findMediaErrors(item).map(toFieldError(index)));
    if (errors.length > 0) throw validationError(errors);
    const ids = items.flatMap(({ attachmentId }) => attachmentId ?? []);
    const rows = ids.length > 0 ? await this.attachments.listReadable(ids, user.userId) : [];
    const own = new Map(rows.filter((row) => row.owner_id === user.userId).map((row) => [row.id, row]));
    const missing = items.flatMap(({ attachmentId }, index) =>
      attachmentId && !own.has(attachmentId) ? [notFoundAt(index)] : [],
    );
    if (missing.length > 0) throw validationError(missing);

    const media = items.map((item) => toMediaDto(item, own.get(item.attachmentId ?? ''), type));
    const mismatches = media.flatMap(({ attachmentId, kind }, index) =>
      ALLOWED_KINDS[type]?.includes(kind)
        ? []
        : [toFieldError(index)({ field: attachmentId ? 'attachmentId' : 'mimeType', code: 'wrong_kind' })],
    );
    if (mismatches.length > 0) throw validationError(mismatches);
    return media;
  }

  /**
   * Links attachments to an appended message, whose conversation is locked. A forward links attachments of other users as
   * well. Attachments deleted meanwhile are rejected.
   */
  async linkMedia(messageId: string, conversationId: string, media: readonly MediaDto[]): Promise<void> {
    const ids = media.flatMap(({ attachmentId }) => attachmentId ?? []);
    if (ids.length === 0) return;
    const linkable = new Set(await this.attachments.lockLinkable(ids));
    const missing = media.flatMap(({ attachmentId }, index) =>
      attachmentId && !linkable.has(attachmentId) ? [notFoundAt(index)] : [],
    );
    if (missing.length > 0) throw validationError(missing);
    await this.attachments.insertLinks(messageId, conversationId, ids);
  }

  private findMediaErrors(item: MediaInputDto): FieldError[] {
    const { attachmentId, url, thumbnailUrl } = item;
    if (attachmentId !== undefined) {
      const unexpected = (['url', ...EXTERNAL_FIELDS] as const).filter((field) => item[field] !== undefined);
      return unexpected.map((field) => ({ field, code: 'not_with_attachment' }));
    }
    if (url === undefined) return [{ field: 'attachmentId', code: 'required' }];
    if (!this.config.allowExternalMedia) return [{ field: 'url', code: 'not_allowed' }];
    return Object.entries({ url, thumbnailUrl }).flatMap(([field, value]) => {
      const code = value === undefined ? undefined : findUrlError(value);
      return code ? [{ field, code }] : [];
    });
  }
}

/** Rejects URLs that parsers read differently, and credentials that imitate a domain: `https://bank.example@elsewhere`. */
function findUrlError(url: string): FieldError['code'] | undefined {
  if (!/^https:/i.test(url)) return 'not_https';
  if (/[\\\s\p{Cc}]/u.test(url) || !URL.canParse(url)) return 'not_a_url';
  const { username, password } = new URL(url);
  return username || password ? 'not_a_url' : undefined;
}

/** Serialized form of the URL standard (WHATWG). */
function normalizeUrl(url: string | undefined): string | null {
  return url === undefined ? null : new URL(url).href;
}

function toMediaDto(item: MediaInputDto, row: AttachmentRow | undefined, type: string): MediaDto {
  return {
    attachmentId: row?.id ?? null,
    url: normalizeUrl(item.url),
    thumbnailUrl: normalizeUrl(item.thumbnailUrl),
    kind: row?.kind ?? externalKind(item, type),
    mimeType: row?.mime_type ?? item.mimeType ?? null,
    size: row?.size ?? null,
    width: row?.width ?? item.width ?? null,
    height: row?.height ?? item.height ?? null,
    durationMs: item.durationMs ?? null,
    filename: row?.filename ?? (item.filename === undefined ? null : toFileName(item.filename)),
    hasThumbnail: row ? row.thumbnail_size !== null : false,
  };
}

/** Kind of external media, from its declared type. */
function externalKind({ mimeType }: MediaInputDto, type: string): AttachmentKind {
  if (mimeType === undefined) return ALLOWED_KINDS[type]?.length === 1 ? ALLOWED_KINDS[type][0]! : 'file';
  return kindOfMimeType(mimeType);
}

function notFoundAt(index: number): FieldError {
  return toFieldError(index)({ field: 'attachmentId', code: 'not_found' });
}

function toFieldError(index: number): (error: FieldError) => FieldError {
  return ({ field, code }) => ({ field: `media.${index}.${field}`, code });
}
