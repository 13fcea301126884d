import { Controller, Delete, Get, HttpStatus, Post, Put } from '@nestjs/common';
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
  followThread(@CurrentUser() user: AuthUser, @Input() input: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.followThread(user, input);
  }

  @Delete('messages/:messageId/follow')
  @Endpoint(unfollowThread)
  unfollowThread(
    @CurrentUser() user: AuthUser,
    @Input() input: MessageIdDto,
  ): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.unfollowThread(user, input);
  }

  @Post('messages/:messageId/thread/read')
  @Endpoint(readThread, HttpStatus.OK)
  readThread(@CurrentUser() user: AuthUser, @Input() input: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.subscriptions.readThread(user, input);
  }

  @Get('messages/:messageId/thread')
  @Endpoint(getThread)
  getThread(@CurrentUser() user: AuthUser, @Input() input: GetThreadDto): Promise<ThreadPageDto> {
    return this.threads.getThread(user, input);
  }

  @Get('threads')
  @Endpoint(listThreads)
  listThreads(@CurrentUser() user: AuthUser, @Input() input: ListThreadsDto): Promise<ThreadListDto> {
    return this.threads.listThreads(user, input);
  }
}
