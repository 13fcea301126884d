import { notFound } from '../../../kernel/errors/base.errors.js';
import { read } from '../../../kernel/realtime/contract.js';
import { ListReceiptsDto, ReceiptPageDto } from './dto/message-receipts.dto.js';
import { receiptsOff } from './message-receipts.errors.js';

export const listReceipts = read('message.receipts', ListReceiptsDto, ReceiptPageDto, {
  summary: 'Who has received and read a message, and when.',
  rest: 'GET /v1/messages/{messageId}/receipts',
  permission: 'any member',
  errors: [notFound, receiptsOff],
});
