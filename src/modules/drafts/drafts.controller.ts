import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { Answers } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { listDrafts, removeDraft, saveDraft } from './drafts.contract.js';
import { DraftsService } from './drafts.service.js';
import {
  DraftPlaceDto,
  ListDraftsDto,
  SaveDraftDto,
  type DraftDto,
  type DraftPageDto,
} from './dto/draft.dto.js';

@ApiTags('drafts')
@Controller('v1')
export class DraftsController {
  constructor(private readonly drafts: DraftsService) {}

  @Get('drafts')
  @Answers(listDrafts)
  list(@CallerParam() caller: Caller, @Input() input: ListDraftsDto): Promise<DraftPageDto> {
    return this.drafts.list(caller, input);
  }

  @Put('conversations/:conversationId/draft')
  @Answers(saveDraft)
  save(@CallerParam() caller: Caller, @Input() input: SaveDraftDto): Promise<DraftDto> {
    return this.drafts.save(caller, input);
  }

  @Delete('conversations/:conversationId/draft')
  @Answers(removeDraft)
  remove(@CallerParam() caller: Caller, @Input() input: DraftPlaceDto): Promise<DraftDto> {
    return this.drafts.remove(caller, input);
  }
}
