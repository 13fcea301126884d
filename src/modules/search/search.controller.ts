import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import type { FoundMessagePageDto } from './dto/found-messages.dto.js';
import { SearchMessagesDto } from './dto/search-messages.dto.js';
import { searchMessages } from './search.contract.js';
import { SearchService } from './search.service.js';

@ApiTags('messages')
@Controller('v1/messages/search')
export class SearchController {
  constructor(private readonly found: SearchService) {}

  @Get()
  @Answers(searchMessages)
  search(@CallerParam() caller: Caller, @Input() input: SearchMessagesDto): Promise<FoundMessagePageDto> {
    return this.found.search(caller, input);
  }
}
