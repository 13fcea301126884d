import { event } from '../../kernel/realtime/contract.js';
import { ReceiptsDto } from './dto/receipts.dto.js';

export const receiptUpdated = event('receipt.updated', ReceiptsDto, {
  summary:
    'Members have received or read more, in a conversation whose features have receipts: at once, then once a second at most.',
  recipients: 'all devices of every member; in a DM with a block, nobody',
  durable: false,
});
