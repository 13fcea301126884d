import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { addBlock, removeBlock } from './blocks.contract.js';
import { BlocksService } from './blocks.service.js';
import { BlockUserDto, type BlockStateDto } from './dto/block.dto.js';

/** Socket commands of blocks. */
@ChatGateway()
export class BlocksGateway {
  constructor(private readonly blocks: BlocksService) {}

  @CommandHandler(addBlock)
  addBlock(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.addBlock(user, input);
  }

  @CommandHandler(removeBlock)
  removeBlock(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.removeBlock(user, input);
  }
}
