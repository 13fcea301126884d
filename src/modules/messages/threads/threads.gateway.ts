import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { ChatGateway } from '../../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import type { MyThreadDto } from './dto/my-thread.dto.js';
import { ReadThreadDto } from './dto/read-thread.dto.js';
import { followThread, readThread, unfollowThread } from './threads.contract.js';
import { ThreadsService } from './threads.service.js';

@ChatGateway()
export class ThreadsGateway {
  constructor(private readonly threads: ThreadsService) {}

  @On(followThread)
  follow(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyThreadDto> {
    return this.threads.follow(caller, input);
  }

  @On(unfollowThread)
  unfollow(@CallerParam() caller: Caller, @Input() input: MessageIdDto): Promise<MyThreadDto> {
    return this.threads.unfollow(caller, input);
  }

  @On(readThread)
  read(@CallerParam() caller: Caller, @Input() input: ReadThreadDto): Promise<MyThreadDto> {
    return this.threads.read(caller, input);
  }
}
