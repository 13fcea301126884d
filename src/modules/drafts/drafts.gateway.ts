import { CurrentUser, type AuthUser } from '../../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../../kernel/realtime/operation.decorators.js';
import { Input } from '../../kernel/validation/input.decorator.js';
import { removeDraft, saveDraft } from './drafts.contract.js';
import { DraftsService } from './drafts.service.js';
import { DraftKeyDto, SaveDraftDto, type DraftDto } from './dto/draft.dto.js';

/** Socket commands of drafts. */
@ChatGateway()
export class DraftsGateway {
  constructor(private readonly drafts: DraftsService) {}

  @CommandHandler(saveDraft)
  saveDraft(@CurrentUser() user: AuthUser, @Input() input: SaveDraftDto): Promise<DraftDto> {
    return this.drafts.saveDraft(user, input);
  }

  @CommandHandler(removeDraft)
  removeDraft(@CurrentUser() user: AuthUser, @Input() input: DraftKeyDto): Promise<DraftDto> {
    return this.drafts.removeDraft(user, input);
  }
}
