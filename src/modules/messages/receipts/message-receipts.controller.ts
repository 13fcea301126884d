import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, type AuthUser } from '../../../kernel/identity/auth-user.js';
import { Endpoint } from '../../../kernel/realtime/operation.decorators.js';
import { Input } from '../../../kernel/validation/input.decorator.js';
import { ListMessageReceiptsDto, type MessageReceiptPageDto } from './dto/message-receipts.dto.js';
import { listMessageReceipts } from './message-receipts.contract.js';
import { MessageReceiptsService } from './message-receipts.service.js';

@ApiTags('messages')
@Controller('v1/messages/:messageId/receipts')
export class MessageReceiptsController {
  constructor(private readonly receipts: MessageReceiptsService) {}

  @Get()
  @Endpoint(listMessageReceipts)
  list(
    @CurrentUser() user: AuthUser,
    @Input() input: ListMessageReceiptsDto,
  ): Promise<MessageReceiptPageDto> {
    return this.receipts.list(user, input);
  }
}
