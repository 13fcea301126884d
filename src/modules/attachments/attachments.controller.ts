import { Controller, Get, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { getAttachment, listAttachments, uploadAttachment } from './attachments.contract.js';
import { AttachmentsService } from './attachments.service.js';
import {
  AttachmentIdDto,
  ListAttachmentsDto,
  UploadAttachmentDto,
  type SignedAttachmentDto,
  type AttachmentDto,
  type AttachmentListDto,
} from './dto/attachment.dto.js';
import { UploadsService } from './uploads.service.js';
import { UploadsInterceptor } from './uploads.interceptor.js';

/** REST routes of attachments. */
@ApiTags('attachments')
@Controller('v1/attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly uploads: UploadsService,
  ) {}

  @Post()
  @UseInterceptors(UploadsInterceptor)
  @Endpoint(uploadAttachment)
  uploadAttachment(
    @CurrentUser() user: AuthUser,
    @Input() input: UploadAttachmentDto,
  ): Promise<AttachmentDto> {
    return this.uploads.uploadAttachment(user, input);
  }

  @Get()
  @Endpoint(listAttachments)
  listAttachments(
    @CurrentUser() user: AuthUser,
    @Input() input: ListAttachmentsDto,
  ): Promise<AttachmentListDto> {
    return this.attachments.listAttachments(user, input);
  }

  @Get(':attachmentId')
  @Endpoint(getAttachment)
  getAttachment(
    @CurrentUser() user: AuthUser,
    @Input() input: AttachmentIdDto,
  ): Promise<SignedAttachmentDto> {
    return this.attachments.getAttachment(user, input);
  }
}
