import { notFound } from '../../../kernel/errors/base.errors.js';
import { read } from '../../../kernel/realtime/contract.js';
import { ListMessageReceiptsDto, MessageReceiptPageDto } from './dto/message-receipts.dto.js';
import { receiptsDisabled } from './message-receipts.errors.js';

export const listMessageReceipts = read(
  'message_receipt.list',
  ListMessageReceiptsDto,
  MessageReceiptPageDto,
  {
    summary: 'Who has received and read a message, and when.',
    rest: 'GET /v1/messages/{messageId}/receipts',
    permission: 'any member',
    errors: [notFound, receiptsDisabled],
  },
);
