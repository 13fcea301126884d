import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from './conversations.access.js';
import { clientIdReused, conversationFull } from './conversations.errors.js';
import { ConversationsRepository } from './conversations.repository.js';
import type { Found } from './direct-messages.service.js';
import type { CreateConversationDto } from './dto/create-conversation.dto.js';
import { MembersRepository } from './members.repository.js';

/** Groups and channels, at their beginning: one for each clientId of who makes them. */
@Injectable()
export class GroupsService {
  constructor(
    private readonly config: Config,
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersRepository,
    private readonly access: ConversationsAccess,
  ) {}

  async findOrCreate(user: AuthUser, input: CreateConversationDto): Promise<Found> {
    const { type, memberIds = [], ownerId = user.userId, clientId, ...about } = input;
    const existing = clientId ? await this.conversations.findByClientId(user.userId, clientId) : null;
    if (existing && existing.type !== type) throw clientIdReused();
    if (existing) return { id: existing.id, created: false, people: [] };

    const others = memberIds.filter((userId) => userId !== ownerId);
    if (others.length >= this.config.maxGroupMembers) throw conversationFull();
    const asked = [...others, ownerId].filter((userId) => userId !== user.userId);
    await this.access.requireContacts(user, asked, { asHost: input.ownerId !== undefined });
    const id = newId();
    await this.conversations.insert({ id, type, createdBy: user.userId, clientId, ...about });
    await this.members.add(id, [
      { userId: ownerId, role: 'owner' },
      ...others.map((userId) => ({ userId, role: 'member' as const })),
    ]);
    return { id, created: true, people: [ownerId, ...others] };
  }
}
