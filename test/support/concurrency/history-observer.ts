import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePageDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import type { ListMessagesDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import { listMessages, messageNew } from '../../../src/modules/messages/messages.contract.js';
import { requestOverRest, requestOverSocket, type RequestOutcome } from '../clients/request-outcome.js';
import { type Random } from '../environment/random.js';
import { type ClientOptions, connectReconnecting } from '../clients/reconnecting-socket.js';

const PAGE = 100;
const GAP_TIMEOUT_MS = 300;
const FLAP_INTERVAL_MS = 300;

/**
 * Device that receives events and reads missed messages: after each connection, and 300 ms after a gap. Keeps
 * every distinct copy of a message.
 */
export class HistoryObserver {
  /** Messages received more than once as an event. */
  readonly duplicates: string[] = [];
  /** Codes of unexpected errors. */
  readonly errorCodes: string[] = [];

  private readonly socket;
  private readonly copies = new Map<string, MessageDto>();
  private readonly receivedIds = new Set<string>();
  private readonly seqs = new Set<number>();
  private contiguous = 0;
  private highest = 0;
  private gapTimer?: NodeJS.Timeout;
  private flapping: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(
    private readonly options: ClientOptions,
    private readonly conversationId: string,
    private readonly random: Random,
  ) {
    this.socket = connectReconnecting(options);
    this.socket.on('connect', () => void this.catchUp());
    this.socket.on(messageNew.name, (message: MessageDto) => this.receiveMessage(message));
  }

  get receivedMessages(): MessageDto[] {
    return [...this.copies.values()];
  }

  get liveCount(): number {
    return this.receivedIds.size;
  }

  /** True when all messages up to this seq have arrived. */
  isCompleteUpTo(seq: number): boolean {
    return this.contiguous >= seq;
  }

  /** Starts to disconnect and reconnect at random. */
  startFlapping(): this {
    this.flapping = this.reconnectRandomly();
    return this;
  }

  /** Stops the random disconnects and stays connected. */
  async stopFlapping(): Promise<void> {
    this.stopping = true;
    await this.flapping;
  }

  /** True when it read to the end. */
  async catchUp(): Promise<boolean> {
    const first: ListMessagesDto = {
      conversationId: this.conversationId,
      timeline: 'all',
      after: this.contiguous,
      limit: PAGE,
    };
    for (let next: ListMessagesDto | null = first; next;) {
      const page = await this.read(next);
      if (page.kind === 'refused') this.errorCodes.push(page.problem.code);
      if (page.kind !== 'answered') return false;
      page.data.items.forEach((message) => this.storeMessage(message));
      const cursor: string | null = page.data.nextCursor;
      next =
        cursor === null
          ? null
          : { conversationId: this.conversationId, timeline: 'all', cursor, limit: PAGE };
    }
    return true;
  }

  close(): void {
    clearTimeout(this.gapTimer);
    this.socket.disconnect();
  }

  private read(input: ListMessagesDto): Promise<RequestOutcome<MessagePageDto>> {
    return this.random() < 0.5
      ? requestOverRest(this.options, listMessages, input)
      : requestOverSocket(this.socket, listMessages, input);
  }

  private receiveMessage(message: MessageDto): void {
    if (this.receivedIds.has(message.id)) this.duplicates.push(message.id);
    this.receivedIds.add(message.id);
    this.storeMessage(message);
    if (this.contiguous < message.seq && !this.gapTimer)
      this.gapTimer = setTimeout(() => this.fillGap(), GAP_TIMEOUT_MS);
  }

  private fillGap(): void {
    this.gapTimer = undefined;
    if (this.contiguous < this.highest) void this.catchUp();
  }

  private storeMessage(message: MessageDto): void {
    this.copies.set(JSON.stringify(message), message);
    this.seqs.add(message.seq);
    this.highest = Math.max(this.highest, message.seq);
    while (this.seqs.has(this.contiguous + 1)) this.contiguous++;
  }

  private async reconnectRandomly(): Promise<void> {
    while (!this.stopping) {
      await sleep(this.random() * FLAP_INTERVAL_MS);
      this.socket.disconnect();
      await sleep(this.random() * FLAP_INTERVAL_MS);
      this.socket.connect();
    }
  }
}
