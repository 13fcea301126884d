import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import type { Event } from '../../../kernel/realtime/contract.js';
import { job } from '../../../kernel/jobs/job.js';
import { Jobs } from '../../../kernel/jobs/jobs.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { toMembers, toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { UsersService } from '../../users/users.service.js';
import { conversationRemoved } from '../conversations.contract.js';
import { FeaturesDto } from '../dto/features.dto.js';
import {
  MemberDto,
  type MemberRemovedDto,
  type MemberRow,
  type MembersChangedDto,
} from '../dto/member.dto.js';
import { memberRemoved } from './members.contract.js';
import { MembersRepository, type MembersState } from './members.repository.js';

/** Handover of a conversation without an active owner to an active member. */
export const handOverJob = job<{ conversationId: string }>('conversation.hand_over');

/** Memberships that one transaction ends: their users are locked meanwhile. */
const MAX_ENDED_MEMBERSHIPS = 5_000;

/** Versions and events of changes in the member list of a locked conversation. */
@Injectable()
export class MemberChangesService {
  constructor(
    private readonly config: Config,
    private readonly members: MembersRepository,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
    private readonly jobs: Jobs,
  ) {}

  /** Makes an active member the owner if no owner is active. The job locks the users in their order. */
  async enqueueHandover(conversationId: string): Promise<void> {
    if (await this.members.hasActiveOwner(conversationId)) return;
    await this.jobs.enqueue(handOverJob, { conversationId }, conversationId);
  }

  /** Publishes added members or changed roles as one version. Added members are not among the recipients. */
  async publishChanged(
    event: Event<MembersChangedDto>,
    conversationId: string,
    userIds: readonly string[],
    addedIds: readonly string[] = [],
  ): Promise<MembersChangedDto> {
    const state = await this.members.incrementMembersVersion(conversationId);
    const members = await this.members.findMembers(conversationId, userIds);
    const payload = await this.toMembersChanged(conversationId, state, members);
    const change = { from: state.members_version_before, added: addedIds };
    this.publisher.publish(event, payload, toMembers(conversationId, state.version, change));
    return payload;
  }

  /** Publishes the removal of a member, to the remaining members and to the removed user. */
  async publishRemoved(
    conversationId: string,
    userId: string,
    accountVersion: number,
  ): Promise<MemberRemovedDto> {
    const state = await this.members.incrementMembersVersion(conversationId);
    const { version } = state;
    const payload = this.toMemberRemoved(conversationId, state, userId);
    const change = { from: state.members_version_before, removed: [userId] };
    this.publisher.publish(memberRemoved, payload, toMembers(conversationId, version, change));
    this.publisher.publish(conversationRemoved, { conversationId, version, accountVersion }, toUsers(userId));
    return payload;
  }

  /** Ends memberships of a deleted conversation and publishes its removal. False when it has no members. */
  async endMemberships(conversationId: string): Promise<boolean> {
    const ended = await this.members.deleteFirstMembers(conversationId, MAX_ENDED_MEMBERSHIPS);
    if (ended.length === 0) return false;
    const { version } = await this.members.incrementMembersVersion(conversationId);
    for (const { user_id, account_version: accountVersion } of ended)
      this.publisher.publish(
        conversationRemoved,
        { conversationId, version, accountVersion },
        toUsers(user_id),
      );
    return true;
  }

  toMemberRemoved(
    conversationId: string,
    { version, member_count: memberCount }: MembersState,
    userId: string,
  ): MemberRemovedDto {
    const features = FeaturesDto.from(memberCount, this.config);
    return { conversationId, version, memberCount, features, userId };
  }

  async toMembersChanged(
    conversationId: string,
    { version, member_count: memberCount }: MembersState,
    rows: MemberRow[],
  ): Promise<MembersChangedDto> {
    const users = await this.users.findSummaries(rows.map(({ user_id }) => user_id));
    const features = FeaturesDto.from(memberCount, this.config);
    const members = rows.map((row) => MemberDto.from(row));
    return { conversationId, version, memberCount, features, members, users };
  }
}
