import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/database/new-id.js';
import { notFound, validationFailed } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { UsersService } from '../users/users.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { conversationNew } from './conversations.contract.js';
import { clientIdReused } from './conversations.errors.js';
import { ConversationsRepository, type DmPair } from './conversations.repository.js';
import { ConversationDto } from './dto/conversation.dto.js';
import type { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';

export interface FoundOrCreated {
  conversation: ConversationDto;
  created: boolean;
}

/** Where people talk: who is in a conversation, and how one begins. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly conversations: ConversationsRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  /** Two people have one DM, whoever asks first and however often. */
  async create(
    caller: Caller,
    { memberIds: [peerId], clientId }: CreateConversationDto,
  ): Promise<FoundOrCreated> {
    if (!peerId || peerId === caller.userId) {
      throw validationFailed(undefined, { errors: [{ field: 'memberIds', code: 'yourself' }] });
    }
    await this.users.requireActive(caller);
    const pair = pairOf(caller.userId, peerId);
    const { id, created } = await this.unitOfWork.run(() =>
      this.findOrCreateDm(caller, pair, peerId, clientId),
    );
    return { conversation: await this.show(caller.userId, id), created };
  }

  async get(caller: Caller, { conversationId }: ConversationIdDto): Promise<ConversationDto> {
    await this.access.requireMember(caller, conversationId);
    return this.show(caller.userId, conversationId);
  }

  private async findOrCreateDm(
    caller: Caller,
    pair: DmPair,
    peerId: string,
    clientId?: string,
  ): Promise<{ id: string; created: boolean }> {
    // In this order: the DM that this clientId made a moment ago is then found by the later of the two looks.
    const sameClientId = clientId ? await this.conversations.findByClientId(caller.userId, clientId) : null;
    const existing = await this.conversations.findDm(pair);
    if (existing) return { id: existing, created: false };
    if (sameClientId) throw clientIdReused();

    await this.users.get(caller, { userId: peerId });
    await this.access.requireContact(caller, peerId);
    const id = newId();
    if (!(await this.conversations.insertDm(id, caller.userId, pair, clientId))) {
      return { id: (await this.conversations.findDm(pair))!, created: false };
    }
    const members = [pair.low, pair.high];
    await this.conversations.addMembers(id, members, 'member');
    for (const userId of members)
      this.publisher.publish(conversationNew, await this.show(userId, id), toUsers(userId));
    return { id, created: true };
  }

  private async show(userId: string, conversationId: string): Promise<ConversationDto> {
    const row = await this.conversations.findFor(userId, conversationId);
    if (!row) throw notFound();
    const members = await this.conversations.firstMembers(conversationId);
    return ConversationDto.from(
      row,
      members,
      await this.users.cards(members.map((member) => member.user_id)),
    );
  }
}

function pairOf(one: string, other: string): DmPair {
  return one < other ? { low: one, high: other } : { low: other, high: one };
}
