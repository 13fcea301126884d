import { setTimeout as sleep } from 'node:timers/promises';
import type { Socket } from 'socket.io-client';
import { acceptCall, startCall } from '../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../src/modules/calls/dto/call.dto.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { data, type Door, restDoor } from '../setup/doors.js';
import { person } from '../setup/server.js';
import { until } from '../setup/until.js';
import type { Random } from './random.js';
import { reconnecting } from './reconnecting.js';

/**
 * What is to become of a call when the server dies: `rings` may be answered in time or not, both of `kept` come back,
 * nobody renews `fades`, one of `lost` was lost shortly before, and one of `gone` does not come back.
 */
export type Fate = 'rings' | 'kept' | 'fades' | 'lost' | 'gone';

const FATES: Fate[] = [
  ...Array<Fate>(10).fill('rings'),
  ...Array<Fate>(4).fill('kept'),
  ...Array<Fate>(3).fill('fades'),
  ...Array<Fate>(2).fill('lost'),
  'gone',
];
const DEVICE = 'phone';

export interface Someone {
  id: string;
  rest: Door;
  /** The device that is connected, if it is in the call over a socket. */
  connect: () => Promise<Socket>;
}

interface Pair {
  fate: Fate;
  caller: Someone;
  callee: Someone;
  dm: string;
}

/** A call that goes on while the server dies. */
export interface MortalCall extends Pair {
  call: CallDto;
  sockets: Socket[];
}

export interface Times {
  /** Within this those begin whose leases are not to end at the same moment. */
  spread: number;
  /** When the first one begins to ring, and within what the others do. */
  ringFrom: number;
  ringSpread: number;
  /** When one of `lost` is lost. */
  lose: number;
}

/** Twenty pairs of people who call each other, life after life of the server. */
export class MortalCalls {
  private constructor(private readonly pairs: Pair[]) {}

  static async at(server: { url: string }): Promise<MortalCalls> {
    const someone = async (name: string): Promise<Someone> => {
      const { id, token } = await person(server, name);
      const connect = async (): Promise<Socket> => {
        const socket = reconnecting({ url: server.url, token, deviceId: DEVICE });
        await until(() => socket.connected);
        return socket;
      };
      return { id, rest: restDoor(server.url, token), connect };
    };
    const pairs = FATES.map(async (fate, index) => {
      const [caller, callee] = [await someone(`caller-${index}`), await someone(`callee-${index}`)];
      const asked = caller.rest.ask(createConversation, { type: 'dm', memberIds: [callee.id] });
      return { fate, caller, callee, dm: (await data(asked)).id };
    });
    return new MortalCalls(await Promise.all(pairs));
  }

  /** All of them begin, as it is best for their fate. */
  begin(times: Times, random: Random): Promise<MortalCall[]> {
    return Promise.all(
      this.pairs.map((pair, index) => {
        const { fate } = pair;
        const { spread, ringFrom, ringSpread } = times;
        const luck = random();
        const wait = fate === 'rings' ? ringFrom + luck * ringSpread : luck * spread;
        return this.beginOne(pair, wait, index, times.lose);
      }),
    );
  }

  private async beginOne(pair: Pair, wait: number, index: number, lose: number): Promise<MortalCall> {
    const { fate, caller, callee, dm } = pair;
    const isConnected = fate !== 'fades' && (fate !== 'rings' || index % 2 === 0);
    if (fate === 'rings' || fate === 'fades') await sleep(wait);
    const sockets = isConnected ? [await caller.connect()] : [];
    const asked = { conversationId: dm, type: 'voice', deviceId: DEVICE };
    const ringing = await data(caller.rest.ask(startCall, asked));
    if (fate === 'rings') return { ...pair, call: ringing, sockets };
    if (isConnected) sockets.push(await callee.connect());
    const call = await data(callee.rest.ask(acceptCall, { callId: ringing.id, deviceId: DEVICE }));
    if (fate === 'lost') setTimeout(() => sockets[1]!.disconnect(), lose + wait / 4);
    return { ...pair, call, sockets };
  }
}
