import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CallerParam, type Caller } from '../../../kernel/identity/caller.js';
import { Answers } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListReceiptsDto, type ReceiptPageDto } from './dto/message-receipts.dto.js';
import { listReceipts } from './message-receipts.contract.js';
import { MessageReceiptsService } from './message-receipts.service.js';

@ApiTags('messages')
@Controller('v1/messages/:messageId/receipts')
export class MessageReceiptsController {
  constructor(private readonly receipts: MessageReceiptsService) {}

  @Get()
  @Answers(listReceipts)
  list(@CallerParam() caller: Caller, @Input() input: ListReceiptsDto): Promise<ReceiptPageDto> {
    return this.receipts.list(caller, input);
  }
}
