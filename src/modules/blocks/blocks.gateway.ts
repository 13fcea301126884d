import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { addBlock, removeBlock } from './blocks.contract.js';
import { BlocksService } from './blocks.service.js';
import { BlockedDto, type BlockStateDto } from './dto/block.dto.js';

@ChatGateway()
export class BlocksGateway {
  constructor(private readonly blocks: BlocksService) {}

  @On(addBlock)
  add(@CallerParam() caller: Caller, @Input() input: BlockedDto): Promise<BlockStateDto> {
    return this.blocks.add(caller, input);
  }

  @On(removeBlock)
  remove(@CallerParam() caller: Caller, @Input() input: BlockedDto): Promise<BlockStateDto> {
    return this.blocks.remove(caller, input);
  }
}
