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
 * State of a call during the crash. `rings`: ringing, perhaps answered in time. `kept`: both devices return.
 * `fades`: no lease is renewed. `lost`: one device disconnected shortly before. `gone`: one device does not
 * return.
 */
export type CallOutcome = 'rings' | 'kept' | 'fades' | 'lost' | 'gone';

const FATES: CallOutcome[] = [
  ...Array<CallOutcome>(10).fill('rings'),
  ...Array<CallOutcome>(4).fill('kept'),
  ...Array<CallOutcome>(3).fill('fades'),
  ...Array<CallOutcome>(2).fill('lost'),
  'gone',
];
const DEVICE = 'phone';

export interface CallUser {
  id: string;
  rest: Transport;
  /** Connects the device, if it joins the call over a socket. */
  connect: () => Promise<Socket>;
}

interface Pair {
  fate: CallOutcome;
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
  /** Time of the disconnect of a `lost` device, in ms. */
  disconnectAfter: number;
}

/** Twenty pairs of users that call each other in each run of the server. */
export class CrashCalls {
  private constructor(private readonly pairs: Pair[]) {}

  static async create(server: { url: string }): Promise<CrashCalls> {
    const someone = async (name: string): Promise<CallUser> => {
      const { id, token } = await createUser(server, name);
      const connect = async (): Promise<Socket> => {
        const socket = connectReconnecting({ url: server.url, token, deviceId: DEVICE });
        await waitUntil(() => socket.connected);
        return socket;
      };
      return { id, rest: restTransport(server.url, token), connect };
    };
    const pairs = FATES.map(async (fate, index) => {
      const [caller, callee] = [await someone(`caller-${index}`), await someone(`callee-${index}`)];
      const pending = caller.rest.request(createConversation, { type: 'dm', memberIds: [callee.id] });
      return { fate, caller, callee, dm: (await expectData(pending)).id };
    });
    return new CrashCalls(await Promise.all(pairs));
  }

  /** Starts all calls at times that suit their states. */
  startCalls(times: CallTimings, random: Random): Promise<CrashCall[]> {
    return Promise.all(
      this.pairs.map((pair, index) => {
        const { fate } = pair;
        const { spread, ringFrom, ringSpread } = times;
        const luck = random();
        const wait = fate === 'rings' ? ringFrom + luck * ringSpread : luck * spread;
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
    const { fate, caller, callee, dm } = pair;
    const isConnected = fate !== 'fades' && (fate !== 'rings' || index % 2 === 0);
    if (fate === 'rings' || fate === 'fades') await sleep(wait);
    const sockets = isConnected ? [await caller.connect()] : [];
    const input = { conversationId: dm, type: 'voice', deviceId: DEVICE };
    const ringing = await expectData(caller.rest.request(startCall, input));
    if (fate === 'rings') return { ...pair, call: ringing, sockets };
    if (isConnected) sockets.push(await callee.connect());
    const call = await expectData(callee.rest.request(acceptCall, { callId: ringing.id, deviceId: DEVICE }));
    if (fate === 'lost') setTimeout(() => sockets[1]!.disconnect(), disconnectAfter + wait / 4);
    return { ...pair, call, sockets };
  }
}
