import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { addBlock, listBlocks, removeBlock } from './blocks.contract.js';
import { BlocksService } from './blocks.service.js';
import { BlockUserDto, ListBlocksDto, type BlockPageDto, type BlockStateDto } from './dto/block.dto.js';

/** REST routes of blocks. */
@ApiTags('blocks')
@Controller('v1/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @Endpoint(listBlocks)
  listBlocks(@CurrentUser() user: AuthUser, @Input() input: ListBlocksDto): Promise<BlockPageDto> {
    return this.blocks.listBlocks(user, input);
  }

  @Put(':userId')
  @Endpoint(addBlock)
  addBlock(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.addBlock(user, input);
  }

  @Delete(':userId')
  @Endpoint(removeBlock)
  removeBlock(@CurrentUser() user: AuthUser, @Input() input: BlockUserDto): Promise<BlockStateDto> {
    return this.blocks.removeBlock(user, input);
  }
}
