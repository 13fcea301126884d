import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { AttachmentsRepository } from './attachments.repository.js';
import type { AttachmentKind, AttachmentRow } from './dto/attachment.dto.js';
import type { MediaDto, MediaInputDto } from './dto/media.dto.js';
import { AttachmentCleanupService } from './attachment-cleanup.service.js';

/** The kinds that a message of each type may show; text shows none. */
const KINDS: Record<string, readonly AttachmentKind[]> = {
  image: ['image'],
  video: ['video'],
  voice: ['audio'],
  file: ['image', 'video', 'audio', 'file'],
};
/** What belongs to a thing elsewhere, and of an attachment the server knows better. */
const OF_ELSEWHERE = ['thumbnailUrl', 'mimeType', 'filename'] as const;

/** What messages show. To be called in the unit of work of who writes the message. */
@Injectable()
export class MediaService {
  constructor(
    private readonly config: Config,
    private readonly attachments: AttachmentsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly sweep: AttachmentCleanupService,
  ) {}

  /** A message no longer shows what it did: whatever nothing shows any more goes, soon after the commit. */
  released(): void {
    this.unitOfWork.afterCommit(() => this.sweep.requestCleanup());
  }

  /** What the message is to show, as it is kept in it; refuses what the caller has not uploaded, or may not show. */
  async claim(user: AuthUser, type: string, items: readonly MediaInputDto[]): Promise<MediaDto[]> {
    const faults = items.flatMap((item, index) => this.faultsOf(item).map(at(index)));
    if (faults.length > 0) throw validationError(faults);
    const ids = items.flatMap(({ attachmentId }) => attachmentId ?? []);
    const rows = ids.length > 0 ? await this.attachments.readable(ids, user.userId) : [];
    const own = new Map(rows.filter((row) => row.owner_id === user.userId).map((row) => [row.id, row]));
    const missing = items.flatMap(({ attachmentId }, index) =>
      attachmentId && !own.has(attachmentId) ? [notThere(index)] : [],
    );
    if (missing.length > 0) throw validationError(missing);

    const media = items.map((item) => shown(item, own.get(item.attachmentId ?? ''), type));
    const misfits = media.flatMap(({ attachmentId, kind }, index) =>
      KINDS[type]?.includes(kind)
        ? []
        : [at(index)({ field: attachmentId ? 'attachmentId' : 'mimeType', code: 'wrong_kind' })],
    );
    if (misfits.length > 0) throw validationError(misfits);
    return media;
  }

  /**
   * The message that was appended, whose conversation is locked, shows them from now on: also what somebody else has
   * uploaded, when it is passed on. What has gone meanwhile is refused.
   */
  async link(messageId: string, conversationId: string, media: readonly MediaDto[]): Promise<void> {
    const ids = media.flatMap(({ attachmentId }) => attachmentId ?? []);
    if (ids.length === 0) return;
    const there = new Set(await this.attachments.lockLinkable(ids));
    const missing = media.flatMap(({ attachmentId }, index) =>
      attachmentId && !there.has(attachmentId) ? [notThere(index)] : [],
    );
    if (missing.length > 0) throw validationError(missing);
    await this.attachments.link(messageId, conversationId, ids);
  }

  private faultsOf(item: MediaInputDto): FieldError[] {
    const { attachmentId, url, thumbnailUrl } = item;
    if (attachmentId !== undefined) {
      const surplus = (['url', ...OF_ELSEWHERE] as const).filter((field) => item[field] !== undefined);
      return surplus.map((field) => ({ field, code: 'not_with_attachment' }));
    }
    if (url === undefined) return [{ field: 'attachmentId', code: 'required' }];
    if (!this.config.allowExternalMedia) return [{ field: 'url', code: 'not_allowed' }];
    return Object.entries({ url, thumbnailUrl }).flatMap(([field, address]) => {
      const code = address === undefined ? undefined : faultOfAddress(address);
      return code ? [{ field, code }] : [];
    });
  }
}

/** What programs read in different ways, and what looks like another host: `https://bank.example@elsewhere`. */
function faultOfAddress(address: string): string | undefined {
  if (!/^https:/i.test(address)) return 'not_https';
  if (/[\\\s\p{Cc}]/u.test(address) || !URL.canParse(address)) return 'not_a_url';
  const { username, password } = new URL(address);
  return username || password ? 'not_a_url' : undefined;
}

/** As every program reads it. */
function plain(address: string | undefined): string | null {
  return address === undefined ? null : new URL(address).href;
}

function shown(item: MediaInputDto, row: AttachmentRow | undefined, type: string): MediaDto {
  return {
    attachmentId: row?.id ?? null,
    url: plain(item.url),
    thumbnailUrl: plain(item.thumbnailUrl),
    kind: row?.kind ?? kindElsewhere(item, type),
    mimeType: row?.mime_type ?? item.mimeType ?? null,
    size: row?.size ?? null,
    width: row?.width ?? item.width ?? null,
    height: row?.height ?? item.height ?? null,
    durationMs: item.durationMs ?? null,
    filename: row?.filename ?? item.filename ?? null,
    hasThumbnail: row ? row.thumbnail_size !== null : false,
  };
}

/** What nobody here has looked at is what it is said to be. */
function kindElsewhere({ mimeType }: MediaInputDto, type: string): AttachmentKind {
  if (mimeType === undefined) return KINDS[type]?.length === 1 ? KINDS[type][0]! : 'file';
  const [, family] = /^(image|video|audio)\//.exec(mimeType) ?? [];
  return (family as AttachmentKind | undefined) ?? 'file';
}

function notThere(index: number): FieldError {
  return at(index)({ field: 'attachmentId', code: 'not_found' });
}

function at(index: number): (error: FieldError) => FieldError {
  return ({ field, code }) => ({ field: `media.${index}.${field}`, code });
}
