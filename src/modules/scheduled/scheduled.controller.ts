import { Controller, Delete, Get, HttpCode, HttpStatus, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import {
  ListScheduledDto,
  ScheduledIdDto,
  ScheduleMessageDto,
  UpdateScheduledDto,
} from './dto/schedule-message.dto.js';
import type { ScheduledMessageDto, ScheduledPageDto } from './dto/scheduled-message.dto.js';
import {
  cancelScheduled,
  listScheduled,
  scheduleMessage,
  sendScheduled,
  updateScheduled,
} from './scheduled.contract.js';
import { ScheduledService } from './scheduled.service.js';

@ApiTags('scheduled')
@Controller('v1/scheduled')
export class ScheduledController {
  constructor(private readonly scheduled: ScheduledService) {}

  @Post()
  @Answers(scheduleMessage)
  create(@CallerParam() caller: Caller, @Input() input: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    return this.scheduled.create(caller, input);
  }

  @Get()
  @Answers(listScheduled)
  list(@CallerParam() caller: Caller, @Input() input: ListScheduledDto): Promise<ScheduledPageDto> {
    return this.scheduled.list(caller, input);
  }

  @Patch(':scheduledId')
  @Answers(updateScheduled)
  update(@CallerParam() caller: Caller, @Input() input: UpdateScheduledDto): Promise<ScheduledMessageDto> {
    return this.scheduled.update(caller, input);
  }

  @Delete(':scheduledId')
  @Answers(cancelScheduled)
  cancel(@CallerParam() caller: Caller, @Input() input: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.cancel(caller, input);
  }

  @Post(':scheduledId/send')
  @Answers(sendScheduled, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  send(@CallerParam() caller: Caller, @Input() input: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.scheduled.sendNow(caller, input);
  }
}
