import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { AttachmentsRepository } from './attachments.repository.js';
import {
  SignedAttachmentDto,
  type AttachmentIdDto,
  type AttachmentListDto,
  type AttachmentRow,
  type ListAttachmentsDto,
} from './dto/attachment.dto.js';
import { SignedUrls } from './signed-urls.js';

/** Attachments that a user may read, with signed URLs. */
@Injectable()
export class AttachmentsService {
  constructor(
    private readonly attachments: AttachmentsRepository,
    private readonly signedUrls: SignedUrls,
  ) {}

  async listAttachments({ userId }: AuthUser, { ids }: ListAttachmentsDto): Promise<AttachmentListDto> {
    const rows = new Map((await this.attachments.listReadable(ids, userId)).map((row) => [row.id, row]));
    const found = ids.flatMap((id) => rows.get(id) ?? []);
    return { items: await Promise.all(found.map((row) => this.signAttachment(row, userId))) };
  }

  async getAttachment({ userId }: AuthUser, { attachmentId }: AttachmentIdDto): Promise<SignedAttachmentDto> {
    return this.signAttachment(await this.getReadable(attachmentId, userId), userId);
  }

  /** Row of an attachment that the user may read now. Throws not_found otherwise. */
  async getReadable(attachmentId: string, userId: string): Promise<AttachmentRow> {
    const [row] = await this.attachments.listReadable([attachmentId], userId);
    if (!row) throw notFound();
    return row;
  }

  private async signAttachment(row: AttachmentRow, userId: string): Promise<SignedAttachmentDto> {
    return SignedAttachmentDto.from({ ...row, ...(await this.signedUrls.signUrls(row, userId)) });
  }
}
