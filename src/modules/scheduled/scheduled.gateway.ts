import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { ScheduledIdDto, ScheduleMessageDto, UpdateScheduledDto } from './dto/schedule-message.dto.js';
import type { ScheduledMessageDto } from './dto/scheduled-message.dto.js';
import { cancelScheduled, scheduleMessage, sendScheduled, updateScheduled } from './scheduled.contract.js';
import { ScheduledService } from './scheduled.service.js';

@ChatGateway()
export class ScheduledGateway {
  constructor(private readonly scheduled: ScheduledService) {}

  @On(scheduleMessage)
  create(@CallerParam() caller: Caller, @Input() input: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    return this.scheduled.create(caller, input);
  }

  @On(updateScheduled)
  update(@CallerParam() caller: Caller, @Input() input: UpdateScheduledDto): Promise<ScheduledMessageDto> {
    return this.scheduled.update(caller, input);
  }

  @On(cancelScheduled)
  cancel(@CallerParam() caller: Caller, @Input() input: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.cancel(caller, input);
  }

  @On(sendScheduled)
  send(@CallerParam() caller: Caller, @Input() input: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.sendNow(caller, input);
  }
}
