import { Controller, Get, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { getAttachment, listAttachments, uploadAttachment } from './attachments.contract.js';
import { AttachmentsService } from './attachments.service.js';
import {
  AttachmentIdDto,
  ListAttachmentsDto,
  type AddressedAttachmentDto,
  type AttachmentDto,
  type AttachmentListDto,
} from './dto/attachment.dto.js';
import { UploadAttachmentDto } from './dto/upload-attachment.dto.js';
import { UploadsInterceptor } from './uploads.interceptor.js';

@ApiTags('attachments')
@Controller('v1/attachments')
export class AttachmentsController {
  constructor(private readonly attachments: AttachmentsService) {}

  @Post()
  @UseInterceptors(UploadsInterceptor)
  @Answers(uploadAttachment)
  upload(@CallerParam() caller: Caller, @Input() input: UploadAttachmentDto): Promise<AttachmentDto> {
    return this.attachments.upload(caller, input);
  }

  @Get()
  @Answers(listAttachments)
  list(@CallerParam() caller: Caller, @Input() input: ListAttachmentsDto): Promise<AttachmentListDto> {
    return this.attachments.list(caller, input);
  }

  @Get(':attachmentId')
  @Answers(getAttachment)
  get(@CallerParam() caller: Caller, @Input() input: AttachmentIdDto): Promise<AddressedAttachmentDto> {
    return this.attachments.get(caller, input);
  }
}
