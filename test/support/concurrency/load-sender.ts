import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import type { SendMessageDto } from '../../../src/modules/messages/dto/send-message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { requestOverRest, requestOverSocket, type RequestOutcome } from '../clients/request-outcome.js';
import type { Random } from '../environment/random.js';
import { type ClientOptions, connectReconnecting } from '../clients/reconnecting-socket.js';

const PAUSE_MS = 10;
const PAUSE_BEFORE_A_RETRY_MS = 200;

/** One device that sends without end: through either door, and what it knows no answer to again, until it is acked. */
export class LoadSender {
  readonly acked: MessageDto[] = [];
  /** A command is on its way. */
  isInFlight = false;
  /** Commands to which no answer came, or none that said anything. */
  unanswered = 0;
  /** Messages that the server had committed and never acked: a later try brought the ack. */
  recovered = 0;

  private readonly socket;
  private readonly running: Promise<void>;
  private stopping = false;
  private aborted = false;

  constructor(
    private readonly patron: ClientOptions,
    private readonly name: string,
    private readonly conversationId: string,
    private readonly random: Random,
  ) {
    this.socket = connectReconnecting(patron);
    this.running = this.run();
    this.running.catch(() => undefined);
  }

  /** Ends after the ack of what was begun; fails when something was refused. */
  async finish(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  /** Ends at once, whatever is still to be acked. */
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
        throw new Error(`${input.clientId} was refused: ${outcome.problem.code}`);
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
      ? requestOverRest(this.patron, sendMessage, input)
      : requestOverSocket(this.socket, sendMessage, input);
  }
}
