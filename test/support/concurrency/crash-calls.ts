import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { acceptCall, startCall } from '../../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { expectData, type Transport, restTransport } from '../clients/transports.js';
import { createUser } from '../servers/test-server.js';
import { waitUntil } from '../environment/wait-until.js';
import type { Random } from '../environment/random.js';
import { connectReconnecting } from '../clients/reconnecting-socket.js';

/**
 * State of a call during the crash. `ringing`: perhaps answered in time. `reconnected`: both devices return.
 * `expired`: no lease is renewed. `disconnected`: one device disconnected shortly before. `absent`: one device
 * does not return.
 */
export type CallOutcome = 'ringing' | 'reconnected' | 'expired' | 'disconnected' | 'absent';

const CALL_OUTCOMES: CallOutcome[] = [
  ...Array<CallOutcome>(10).fill('ringing'),
  ...Array<CallOutcome>(4).fill('reconnected'),
  ...Array<CallOutcome>(3).fill('expired'),
  ...Array<CallOutcome>(2).fill('disconnected'),
  'absent',
];
const DEVICE = 'phone';

export interface CallUser {
  id: string;
  rest: Transport;
  /** Connects the device, if it joins the call over a socket. */
  connect: () => Promise<Socket>;
}

interface Pair {
  outcome: CallOutcome;
  caller: CallUser;
  callee: CallUser;
  dm: string;
}

/** A live call during a crash of the server. */
export interface CrashCall extends Pair {
  call: CallDto;
  sockets: Socket[];
}

export interface CallTimings {
  /** Interval, in ms, over which the starts of calls with separate lease expiries are spread. */
  spread: number;
  /** Start of the first ringing, and the interval over which the others are spread, in ms. */
  ringFrom: number;
  ringSpread: number;
  /** Time of the disconnect of a `disconnected` device, in ms. */
  disconnectAfter: number;
}

/** Twenty pairs of users that call each other in each run of the server. */
export class CrashCalls {
  private constructor(private readonly pairs: Pair[]) {}

  static async create(server: { url: string }): Promise<CrashCalls> {
    const createParticipant = async (name: string): Promise<CallUser> => {
      const { id, token } = await createUser(server, name);
      const connect = async (): Promise<Socket> => {
        const socket = connectReconnecting({ url: server.url, token, deviceId: DEVICE });
        await waitUntil(() => socket.connected);
        return socket;
      };
      return { id, rest: restTransport(server.url, token), connect };
    };
    const pairs = CALL_OUTCOMES.map(async (outcome, index) => {
      const [caller, callee] = [
        await createParticipant(`caller-${index}`),
        await createParticipant(`callee-${index}`),
      ];
      const pending = caller.rest.request(createConversation, { type: 'dm', memberIds: [callee.id] });
      return { outcome, caller, callee, dm: (await expectData(pending)).id };
    });
    return new CrashCalls(await Promise.all(pairs));
  }

  /** Starts all calls at times that suit their states. */
  startCalls(times: CallTimings, random: Random): Promise<CrashCall[]> {
    return Promise.all(
      this.pairs.map((pair, index) => {
        const { outcome } = pair;
        const { spread, ringFrom, ringSpread } = times;
        const delay = random();
        const wait = outcome === 'ringing' ? ringFrom + delay * ringSpread : delay * spread;
        return this.startCrashCall(pair, wait, index, times.disconnectAfter);
      }),
    );
  }

  private async startCrashCall(
    pair: Pair,
    wait: number,
    index: number,
    disconnectAfter: number,
  ): Promise<CrashCall> {
    const { outcome, caller, callee, dm } = pair;
    const isConnected = outcome !== 'expired' && (outcome !== 'ringing' || index % 2 === 0);
    if (outcome === 'ringing' || outcome === 'expired') await sleep(wait);
    const sockets = isConnected ? [await caller.connect()] : [];
    const input = { conversationId: dm, type: 'voice', deviceId: DEVICE };
    const ringing = await expectData(caller.rest.request(startCall, input));
    if (outcome === 'ringing') return { ...pair, call: ringing, sockets };
    if (isConnected) sockets.push(await callee.connect());
    const call = await expectData(callee.rest.request(acceptCall, { callId: ringing.id, deviceId: DEVICE }));
    if (outcome === 'disconnected') setTimeout(() => sockets[1]!.disconnect(), disconnectAfter + wait / 4);
    return { ...pair, call, sockets };
  }
}
