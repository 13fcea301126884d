import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { Endpoint } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { listDrafts, removeDraft, saveDraft } from './drafts.contract.js';
import { DraftsService } from './drafts.service.js';
import {
  DraftKeyDto,
  ListDraftsDto,
  SaveDraftDto,
  type DraftDto,
  type DraftPageDto,
} from './dto/draft.dto.js';

/** REST routes of drafts. */
@ApiTags('drafts')
@Controller('v1')
export class DraftsController {
  constructor(private readonly drafts: DraftsService) {}

  @Get('drafts')
  @Endpoint(listDrafts)
  listDrafts(@CurrentUser() user: AuthUser, @Input() input: ListDraftsDto): Promise<DraftPageDto> {
    return this.drafts.listDrafts(user, input);
  }

  @Put('conversations/:conversationId/draft')
  @Endpoint(saveDraft)
  saveDraft(@CurrentUser() user: AuthUser, @Input() input: SaveDraftDto): Promise<DraftDto> {
    return this.drafts.saveDraft(user, input);
  }

  @Delete('conversations/:conversationId/draft')
  @Endpoint(removeDraft)
  removeDraft(@CurrentUser() user: AuthUser, @Input() input: DraftKeyDto): Promise<DraftDto> {
    return this.drafts.removeDraft(user, input);
  }
}
