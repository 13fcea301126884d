import { Controller, Delete, Get, HttpStatus, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ListScheduledMessagesDto,
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
  type ScheduledMessageDto,
  type ScheduledMessagePageDto,
} from './dto/scheduled-message.dto.js';
import { ScheduledMessageSendingService } from './scheduled-message-sending.service.js';
import {
  cancelScheduledMessage,
  listScheduledMessages,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from './scheduled-messages.contract.js';
import { ScheduledMessagesService } from './scheduled-messages.service.js';

/** REST routes of scheduled messages. */
@ApiTags('scheduled-messages')
@Controller('v1/scheduled-messages')
export class ScheduledMessagesController {
  constructor(
    private readonly scheduledMessages: ScheduledMessagesService,
    private readonly sender: ScheduledMessageSendingService,
  ) {}

  @Post()
  @Endpoint(scheduleMessage)
  scheduleMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduleMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.scheduleMessage(user, input);
  }

  @Get()
  @Endpoint(listScheduledMessages)
  listScheduledMessages(
    @CurrentUser() user: AuthUser,
    @Input() input: ListScheduledMessagesDto,
  ): Promise<ScheduledMessagePageDto> {
    return this.scheduledMessages.listScheduledMessages(user, input);
  }

  @Patch(':scheduledMessageId')
  @Endpoint(updateScheduledMessage)
  updateScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.updateScheduledMessage(user, input);
  }

  @Delete(':scheduledMessageId')
  @Endpoint(cancelScheduledMessage)
  cancelScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduledMessageIdDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.cancelScheduledMessage(user, input);
  }

  @Post(':scheduledMessageId/send')
  @Endpoint(sendScheduledMessage, HttpStatus.OK)
  sendScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduledMessageIdDto,
  ): Promise<ScheduledMessageDto> {
    return this.sender.sendNow(user, input);
  }
}
