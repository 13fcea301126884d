import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
  type ScheduledMessageDto,
} from './dto/scheduled-message.dto.js';
import { ScheduledMessageSendingService } from './scheduled-message-sending.service.js';
import {
  cancelScheduledMessage,
  scheduleMessage,
  sendScheduledMessage,
  updateScheduledMessage,
} from './scheduled-messages.contract.js';
import { ScheduledMessagesService } from './scheduled-messages.service.js';

/** Socket commands of scheduled messages. */
@ChatGateway()
export class ScheduledMessagesGateway {
  constructor(
    private readonly scheduledMessages: ScheduledMessagesService,
    private readonly sender: ScheduledMessageSendingService,
  ) {}

  @CommandHandler(scheduleMessage)
  scheduleMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduleMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.scheduleMessage(user, input);
  }

  @CommandHandler(updateScheduledMessage)
  updateScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.updateScheduledMessage(user, input);
  }

  @CommandHandler(cancelScheduledMessage)
  cancelScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduledMessageIdDto,
  ): Promise<ScheduledMessageDto> {
    return this.scheduledMessages.cancelScheduledMessage(user, input);
  }

  @CommandHandler(sendScheduledMessage)
  sendScheduledMessage(
    @CurrentUser() user: AuthUser,
    @Input() input: ScheduledMessageIdDto,
  ): Promise<ScheduledMessageDto> {
    return this.sender.sendNow(user, input);
  }
}
