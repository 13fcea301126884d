import { Injectable } from '@nestjs/common';
import { ReceiptDto } from '../dto/receipts.dto.js';
import { ReceiptsRepository } from './receipts.repository.js';

/** Delivered and read positions of the members of conversations. ReceiptPublisherService sends their events. */
@Injectable()
export class ReceiptsService {
  constructor(private readonly receipts: ReceiptsRepository) {}

  /** Receipts of all members as visible to the user, keyed by conversation id. */
  async findVisible(userId: string, conversationIds: readonly string[]): Promise<Map<string, ReceiptDto[]>> {
    const receipts = new Map<string, ReceiptDto[]>(conversationIds.map((id) => [id, []]));
    if (receipts.size === 0) return receipts;
    for (const row of await this.receipts.findVisibleReceipts(userId, conversationIds))
      receipts.get(row.conversation_id)!.push(ReceiptDto.from(row));
    return receipts;
  }
}
