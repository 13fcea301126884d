import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
} from './dto/schedule-message.dto.js';
import type { ScheduledMessageDto } from './dto/scheduled-message.dto.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from './scheduled-messages.contract.js';
import { ScheduledMessagesService } from './scheduled-messages.service.js';

@ChatGateway()
export class ScheduledMessagesGateway {
  constructor(private readonly scheduled: ScheduledMessagesService) {}

  @CommandHandler(scheduleMessage)
  create(@CurrentUser() user: AuthUser, @Input() input: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    return this.scheduled.create(user, input);
  }

  @CommandHandler(updateScheduledMessage)
  update(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduled.update(user, input);
  }

  @CommandHandler(cancelScheduledMessage)
  cancel(@CurrentUser() user: AuthUser, @Input() input: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.cancel(user, input);
  }

  @CommandHandler(sendScheduledMessage)
  send(@CurrentUser() user: AuthUser, @Input() input: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.sendNow(user, input);
  }
}
