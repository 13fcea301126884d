import { Controller, Delete, Get, HttpCode, HttpStatus, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ListScheduledMessagesDto,
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
} from './dto/schedule-message.dto.js';
import type { ScheduledMessageDto, ScheduledMessagePageDto } from './dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  listScheduledMessages,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from './scheduled-messages.contract.js';
import { ScheduledMessagesService } from './scheduled-messages.service.js';

@ApiTags('scheduled')
@Controller('v1/scheduled-messages')
export class ScheduledMessagesController {
  constructor(private readonly scheduled: ScheduledMessagesService) {}

  @Post()
  @Endpoint(scheduleMessage)
  create(@CurrentUser() user: AuthUser, @Input() input: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    return this.scheduled.create(user, input);
  }

  @Get()
  @Endpoint(listScheduledMessages)
  list(
    @CurrentUser() user: AuthUser,
    @Input() input: ListScheduledMessagesDto,
  ): Promise<ScheduledMessagePageDto> {
    return this.scheduled.list(user, input);
  }

  @Patch(':scheduledMessageId')
  @Endpoint(updateScheduledMessage)
  update(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduled.update(user, input);
  }

  @Delete(':scheduledMessageId')
  @Endpoint(cancelScheduledMessage)
  cancel(@CurrentUser() user: AuthUser, @Input() input: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.cancel(user, input);
  }

  @Post(':scheduledMessageId/send')
  @Endpoint(sendScheduledMessage, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  send(@CurrentUser() user: AuthUser, @Input() input: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.sendNow(user, input);
  }
}
