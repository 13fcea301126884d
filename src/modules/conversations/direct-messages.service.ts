import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from './conversations.access.js';
import { clientIdReused } from './conversations.errors.js';
import { ConversationsRepository, type DmPair } from './conversations.repository.js';
import { MembersRepository } from './members.repository.js';

export interface Found {
  id: string;
  /** Whether it was made just now; then these people are to hear of it. */
  created: boolean;
  people: string[];
}

/** Two people have one DM, whoever asks first and however often. */
@Injectable()
export class DirectMessagesService {
  constructor(
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly access: ConversationsAccess,
  ) {}

  async findOrCreate(user: AuthUser, peerId: string, clientId?: string): Promise<Found> {
    const pair = pairOf(user.userId, peerId);
    const people = [pair.low, pair.high];
    // In this order: the DM that this clientId made a moment ago is then found by the later of the two looks.
    const sameClientId = clientId ? await this.conversations.findByClientId(user.userId, clientId) : null;
    const existing = await this.conversations.findDm(pair);
    if (existing) return { id: existing, created: false, people };
    if (sameClientId) throw clientIdReused();

    await this.access.requireContacts(user, [peerId]);
    const id = newId();
    if (!(await this.conversations.insertDm(id, user.userId, pair, clientId))) {
      return { id: (await this.conversations.findDm(pair))!, created: false, people };
    }
    await this.members.add(
      id,
      people.map((userId) => ({ userId, role: 'member' })),
    );
    return { id, created: true, people };
  }
}

function pairOf(one: string, other: string): DmPair {
  return one < other ? { low: one, high: other } : { low: other, high: one };
}
