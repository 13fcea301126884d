import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound, serviceUnavailable } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { quotaExceeded } from './attachments.errors.js';
import { AttachmentsRepository, type NewAttachment } from './attachments.repository.js';
import {
  SignedAttachmentDto,
  AttachmentDto,
  type AttachmentIdDto,
  type AttachmentListDto,
  type AttachmentRow,
  type ListAttachmentsDto,
} from './dto/attachment.dto.js';
import type { UploadAttachmentDto } from './dto/upload-attachment.dto.js';
import { SignedUrls } from './signed-urls.js';
import { kindOf } from './file-kinds.js';
import { ImageProcessor, type Picture } from './image-processor.js';
import { keyOf, Storage } from './storage/storage.js';

/** A retry waits for an earlier try until that is so old, and then takes it for dead. */
const [PATIENCE_MS, LOOK_AGAIN_MS] = [20_000, 100];
const RETRY_AFTER_MS = 1_000;

/**
 * Uploads and who may have them. The row comes first and is nobody's to see, then the objects, then the row is ready:
 * whatever is cut short, the sweep finds it by its row.
 */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly attachments: AttachmentsRepository,
    private readonly counter: AccountVersionService,
    private readonly pictures: ImageProcessor,
    private readonly storage: Storage,
    private readonly addresses: SignedUrls,
  ) {}

  async upload({ userId }: AuthUser, { file, clientId }: UploadAttachmentDto): Promise<AttachmentDto> {
    const first = clientId ? await this.attachments.findByClientId(userId, clientId) : null;
    if (first?.state === 'ready') return AttachmentDto.from(first);
    const { kind, mimeType } = await kindOf(file);
    const picture = kind === 'image' ? await this.pictures.reencode(file.path, mimeType) : undefined;
    const row: NewAttachment = {
      id: newId(),
      owner_id: userId,
      kind,
      mime_type: mimeType,
      size: picture?.size ?? file.size,
      width: picture?.width ?? null,
      height: picture?.height ?? null,
      filename: file.name,
      thumbnail_size: picture?.thumbnailSize ?? null,
      client_id: clientId,
    };
    return AttachmentDto.from((await this.reserve(row)) ?? (await this.store(row, file.path, picture)));
  }

  async list({ userId }: AuthUser, { ids }: ListAttachmentsDto): Promise<AttachmentListDto> {
    const rows = new Map((await this.attachments.readable(ids, userId)).map((row) => [row.id, row]));
    const found = ids.flatMap((id) => rows.get(id) ?? []);
    return { items: await Promise.all(found.map((row) => this.sign(row, userId))) };
  }

  async get({ userId }: AuthUser, { attachmentId }: AttachmentIdDto): Promise<SignedAttachmentDto> {
    return this.sign(await this.getReadable(attachmentId, userId), userId);
  }

  /** The row of what this person may read now. */
  async getReadable(attachmentId: string, userId: string): Promise<AttachmentRow> {
    const [row] = await this.attachments.readable([attachmentId], userId);
    if (!row) throw notFound();
    return row;
  }

  private async sign(row: AttachmentRow, userId: string): Promise<SignedAttachmentDto> {
    return SignedAttachmentDto.at(row, await this.addresses.sign(row, userId));
  }

  /** Writes the row, within the quota; or the row that an earlier try with this clientId has made ready meanwhile. */
  private async reserve(row: NewAttachment): Promise<AttachmentRow | null> {
    for (;;) {
      const earlier = await this.unitOfWork.run(() => this.tryToReserve(row));
      if (earlier?.state !== 'uploading') return earlier;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  private async tryToReserve(row: NewAttachment): Promise<AttachmentRow | null> {
    const { owner_id, client_id } = row;
    await this.counter.lockUser(owner_id);
    const earlier = client_id ? await this.attachments.findByClientId(owner_id, client_id) : null;
    const isDead = earlier?.state === 'uploading' && earlier.created_at.getTime() < Date.now() - PATIENCE_MS;
    if (earlier && !isDead) return earlier;
    if (earlier) await this.attachments.abandon(earlier.id);
    const quota = this.config.uploadQuotaBytes;
    if (quota > 0 && (await this.attachments.usedBytes(owner_id)) + row.size > quota) throw quotaExceeded();
    await this.attachments.insert(row);
    return null;
  }

  private async store(row: NewAttachment, path: string, picture?: Picture): Promise<AttachmentRow> {
    try {
      await this.storage.put(keyOf(row.id, 'file'), picture?.path ?? path);
      if (picture) await this.storage.put(keyOf(row.id, 'thumbnail'), picture.thumbnailPath);
    } catch (error) {
      await this.attachments.abandon(row.id);
      throw error;
    }
    const ready = await this.attachments.complete(row.id);
    // A later try took this one for dead, and what the store now has is left to the sweep.
    if (!ready) throw serviceUnavailable('Try again.', { retryAfterMs: RETRY_AFTER_MS });
    return ready;
  }
}
