import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { type SearchResultPageDto, SearchMessagesDto } from './dto/search.dto.js';
import { searchMessages } from './search.contract.js';
import { SearchService } from './search.service.js';

/** REST route of the message search. */
@ApiTags('messages')
@Controller('v1/search/messages')
export class SearchController {
  constructor(private readonly searchService: SearchService) {}

  @Get()
  @Endpoint(searchMessages)
  searchMessages(
    @CurrentUser() user: AuthUser,
    @Input() input: SearchMessagesDto,
  ): Promise<SearchResultPageDto> {
    return this.searchService.searchMessages(user, input);
  }
}
