import { CallerParam, type Caller } from '../../kernel/identity/caller.js';
import { ChatGateway } from '../../kernel/realtime/chat-gateway.decorator.js';
import { On } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { removeDraft, saveDraft } from './drafts.contract.js';
import { DraftsService } from './drafts.service.js';
import { DraftPlaceDto, SaveDraftDto, type DraftDto } from './dto/draft.dto.js';

@ChatGateway()
export class DraftsGateway {
  constructor(private readonly drafts: DraftsService) {}

  @On(saveDraft)
  save(@CallerParam() caller: Caller, @Input() input: SaveDraftDto): Promise<DraftDto> {
    return this.drafts.save(caller, input);
  }

  @On(removeDraft)
  remove(@CallerParam() caller: Caller, @Input() input: DraftPlaceDto): Promise<DraftDto> {
    return this.drafts.remove(caller, input);
  }
}
