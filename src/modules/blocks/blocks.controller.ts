import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { addBlock, listBlocks, removeBlock } from './blocks.contract.js';
import { BlocksService } from './blocks.service.js';
import { BlockedDto, ListBlocksDto, type BlockPageDto, type BlockStateDto } from './dto/block.dto.js';

@ApiTags('blocks')
@Controller('v1/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @Answers(listBlocks)
  list(@CallerParam() caller: Caller, @Input() input: ListBlocksDto): Promise<BlockPageDto> {
    return this.blocks.list(caller, input);
  }

  @Put(':userId')
  @Answers(addBlock)
  add(@CallerParam() caller: Caller, @Input() input: BlockedDto): Promise<BlockStateDto> {
    return this.blocks.add(caller, input);
  }

  @Delete(':userId')
  @Answers(removeBlock)
  remove(@CallerParam() caller: Caller, @Input() input: BlockedDto): Promise<BlockStateDto> {
    return this.blocks.remove(caller, input);
  }
}
