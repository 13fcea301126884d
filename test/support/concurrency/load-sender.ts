import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import type { SendMessageDto } from '../../../src/modules/messages/dto/send-message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { requestOverRest, requestOverSocket, type RequestOutcome } from '../clients/request-outcome.js';
import type { Random } from '../environment/random.js';
import { type ClientOptions, connectReconnecting } from '../clients/reconnecting-socket.js';

const PAUSE_MS = 10;
const PAUSE_BEFORE_A_RETRY_MS = 200;

/** Device that sends continuously over either transport and repeats each message until it is acknowledged. */
export class LoadSender {
  readonly acked: MessageDto[] = [];
  /** True while a command is in flight. */
  isInFlight = false;
  /** Number of commands without an answer or with an inconclusive one. */
  unanswered = 0;
  /** Number of messages that were committed without an ack; a retry returned the ack. */
  recovered = 0;

  private readonly socket;
  private readonly running: Promise<void>;
  private stopping = false;
  private aborted = false;

  constructor(
    private readonly options: ClientOptions,
    private readonly name: string,
    private readonly conversationId: string,
    private readonly random: Random,
  ) {
    this.socket = connectReconnecting(options);
    this.running = this.run();
    this.running.catch(() => undefined);
  }

  /** Stops after the ack of the current message; fails after a rejected message. */
  async finish(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** Stops at once, without waiting for an ack. */
  close(): void {
    this.stopping = this.aborted = true;
    this.socket.disconnect();
  }

  private async run(): Promise<void> {
    for (let count = 1; !this.stopping; count++) {
      const clientId = `${this.name}-${count}`;
      await this.sendUntilAcked({
        conversationId: this.conversationId,
        content: `This is ${clientId}.`,
        clientId,
      });
      await sleep(this.random() * PAUSE_MS);
    }
  }

  private async sendUntilAcked(input: SendMessageDto): Promise<void> {
    while (!this.aborted) {
      const triedAt = Date.now();
      this.isInFlight = true;
      const outcome = await this.send(input);
      this.isInFlight = false;
      if (outcome.kind === 'refused')
        throw new Error(`${input.clientId} was rejected: ${outcome.problem.code}`);
      if (outcome.kind === 'answered') {
        this.acked.push(outcome.data);
        if (Date.parse(outcome.data.createdAt) < triedAt) this.recovered++;
        return;
      }
      this.unanswered++;
      await sleep(this.random() * PAUSE_BEFORE_A_RETRY_MS);
    }
  }

  private send(input: SendMessageDto): Promise<RequestOutcome<MessageDto>> {
    return this.random() < 0.5
      ? requestOverRest(this.options, sendMessage, input)
      : requestOverSocket(this.socket, sendMessage, input);
  }
}
