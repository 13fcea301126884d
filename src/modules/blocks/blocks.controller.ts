import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { addBlock, listBlocks, removeBlock } from './blocks.contract.js';
import { BlocksService } from './blocks.service.js';
import { BlockUserDto, ListBlocksDto, type BlockPageDto, type BlockStateDto } from './dto/block.dto.js';

@ApiTags('blocks')
@Controller('v1/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @Endpoint(listBlocks)
  list(@CurrentUser() user: AuthUser, @Input() input: ListBlocksDto): Promise<BlockPageDto> {
    return this.blocks.list(user, input);
  }

  @Put(':userId')
  @Endpoint(addBlock)
  add(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.add(user, input);
  }

  @Delete(':userId')
  @Endpoint(removeBlock)
  remove(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.remove(user, input);
  }
}
