import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { serviceUnavailable } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { quotaExceeded } from './attachments.errors.js';
import { AttachmentsRepository, type NewAttachment } from './attachments.repository.js';
import { AttachmentDto, type AttachmentRow, type UploadAttachmentDto } from './dto/attachment.dto.js';
import { FileProcessor, type ProcessedFile } from './file-processor.js';
import { Storage, toObjectKey } from './storage.js';

/** A retry waits for an earlier upload with its clientId up to this age, then takes the upload for abandoned. */
const [UPLOAD_TIMEOUT_MS, RECHECK_MS] = [20_000, 100];
const RETRY_AFTER_MS = 1_000;

/**
 * Uploads of files. The row is inserted first, invisible; objects are stored next; then the row becomes ready. The cleanup
 * finds an interrupted upload by its row.
 */
@Injectable()
export class UploadsService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly attachments: AttachmentsRepository,
    private readonly accountVersions: AccountVersionService,
    private readonly files: FileProcessor,
    private readonly storage: Storage,
  ) {}

  async uploadAttachment(
    { userId }: AuthUser,
    { file, clientId }: UploadAttachmentDto,
  ): Promise<AttachmentDto> {
    const existing = clientId ? await this.attachments.findUploadByClientId(userId, clientId) : null;
    if (existing?.state === 'ready') return AttachmentDto.from(existing);
    const processed = await this.files.processFile(userId, file);
    const row: NewAttachment = {
      id: newId(),
      owner_id: userId,
      kind: processed.kind,
      mime_type: processed.mimeType,
      size: processed.size,
      width: processed.width,
      height: processed.height,
      filename: file.name,
      thumbnail_size: processed.thumbnailSize,
      metadata_removed: processed.metadataRemoved,
      client_id: clientId,
    };
    return AttachmentDto.from((await this.reserveRow(row)) ?? (await this.storeObjects(row, processed)));
  }

  /** Inserts the row within the quota. Returns the ready row of an earlier upload with the same clientId instead, if any. */
  private async reserveRow(row: NewAttachment): Promise<AttachmentRow | null> {
    for (;;) {
      const earlier = await this.unitOfWork.run(() => this.tryReserveRow(row));
      if (earlier?.state !== 'uploading') return earlier;
      await sleep(RECHECK_MS);
    }
  }

  private async tryReserveRow(row: NewAttachment): Promise<AttachmentRow | null> {
    const { owner_id, client_id } = row;
    await this.accountVersions.lockUser(owner_id);
    const earlier = client_id ? await this.attachments.findUploadByClientId(owner_id, client_id) : null;
    const isAbandoned =
      earlier?.state === 'uploading' && earlier.created_at.getTime() < Date.now() - UPLOAD_TIMEOUT_MS;
    if (earlier && !isAbandoned) return earlier;
    if (earlier) await this.attachments.deleteUploading(earlier.id);
    const quota = this.config.uploadQuotaBytes;
    if (quota > 0 && (await this.attachments.sumBytes(owner_id)) + row.size > quota) throw quotaExceeded();
    await this.attachments.insertUploading(row);
    return null;
  }

  private async storeObjects(row: NewAttachment, file: ProcessedFile): Promise<AttachmentRow> {
    const { path, thumbnailPath } = file;
    try {
      await this.storage.putObject(toObjectKey(row.id, 'file'), path);
      if (thumbnailPath) await this.storage.putObject(toObjectKey(row.id, 'thumbnail'), thumbnailPath);
    } catch (error) {
      await this.unitOfWork.runLocked(row.id, () => this.attachments.deleteUploading(row.id));
      throw error;
    }
    const ready = await this.unitOfWork.runLocked(row.id, () => this.attachments.markReady(row.id));
    // A retry took this upload for abandoned; the cleanup deletes the stored objects.
    if (!ready) throw serviceUnavailable('Try again.', { retryAfterMs: RETRY_AFTER_MS });
    return ready;
  }
}
