import { Controller, Delete, Get, HttpCode, HttpStatus, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/message.dto.js';
import {
  GetThreadDto,
  ListThreadsDto,
  ReadThreadDto,
  type ThreadListDto,
  type ThreadPageDto,
  type ThreadSubscriptionDto,
} from '../dto/threads.dto.js';
import { ThreadSubscriptionsService } from './thread-subscriptions.service.js';
import { followThread, getThread, listThreads, readThread, unfollowThread } from './threads.contract.js';
import { ThreadsService } from './threads.service.js';

/** Routes of threads and thread subscriptions. */
@ApiTags('threads')
@Controller('v1')
export class ThreadsController {
  constructor(
    private readonly threads: ThreadsService,
    private readonly subscriptions: ThreadSubscriptionsService,
  ) {}

  @Put('messages/:messageId/follow')
  @Endpoint(followThread)
  follow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.follow(user, input);
  }

  @Delete('messages/:messageId/follow')
  @Endpoint(unfollowThread)
  unfollow(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.unfollow(user, input);
  }

  @Post('messages/:messageId/thread/read')
  @Endpoint(readThread, HttpStatus.OK)
  @HttpCode(HttpStatus.OK)
  read(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.read(user, input);
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
