import { Controller, Delete, Get, HttpCode, HttpStatus, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { MyThreadDto } from './dto/my-thread.dto.js';
import { ReadThreadDto } from './dto/read-thread.dto.js';
import {
  GetThreadDto,
  ListThreadsDto,
  type ThreadListDto,
  type ThreadPageDto,
} from './dto/thread-page.dto.js';
import { followThread, getThread, listThreads, readThread, unfollowThread } from './threads.contract.js';
import { ThreadsService } from './threads.service.js';

@ApiTags('threads')
@Controller('v1')
export class ThreadsController {
  constructor(private readonly threads: ThreadsService) {}

  @Put('messages/:messageId/follow')
  @Answers(followThread)
  follow(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyThreadDto> {
    return this.threads.follow(caller, input);
  }

  @Delete('messages/:messageId/follow')
  @Answers(unfollowThread)
  unfollow(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyThreadDto> {
    return this.threads.unfollow(caller, input);
  }

  @Post('messages/:messageId/thread/read')
  @Answers(readThread, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  read(@CallerParam() caller: Caller, @Input() input: ReadThreadDto): Promise<MyThreadDto> {
    return this.threads.read(caller, input);
  }

  @Get('messages/:messageId/thread')
  @Answers(getThread)
  get(@CallerParam() caller: Caller, @Input() input: GetThreadDto): Promise<ThreadPageDto> {
    return this.threads.get(caller, input);
  }

  @Get('threads')
  @Answers(listThreads)
  list(@CallerParam() caller: Caller, @Input() input: ListThreadsDto): Promise<ThreadListDto> {
    return this.threads.list(caller, input);
  }
}
