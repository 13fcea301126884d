import { Controller, Delete, Get, HttpCode, HttpStatus, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { ThreadSubscriptionDto } from './dto/thread-subscription.dto.js';
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
  @Endpoint(followThread)
  follow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.threads.follow(user, input);
  }

  @Delete('messages/:messageId/follow')
  @Endpoint(unfollowThread)
  unfollow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.threads.unfollow(user, input);
  }

  @Post('messages/:messageId/thread/read')
  @Endpoint(readThread, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  read(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.threads.read(user, input);
  }

  @Get('messages/:messageId/thread')
  @Endpoint(getThread)
  get(@CurrentUser() user: AuthUser, @Input() input: GetThreadDto): Promise<ThreadPageDto> {
    return this.threads.get(user, input);
  }

  @Get('threads')
  @Endpoint(listThreads)
  list(@CurrentUser() user: AuthUser, @Input() input: ListThreadsDto): Promise<ThreadListDto> {
    return this.threads.list(user, input);
  }
}
