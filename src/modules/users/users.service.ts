import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import { conflict, forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser, UserRole } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { tokenizeQuery } from '../../kernel/text/tokenizer.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import {
  AccountDto,
  type AccountListDto,
  type HostProfile,
  type LocalAccount,
  type NewLocalAccount,
} from './dto/account.dto.js';
import type { UpdateUserDto, UpsertUserDto, UpsertUsersDto } from './dto/update-users.dto.js';
import {
  UserDto,
  type ListUsersDto,
  type UserIdDto,
  type UserPageDto,
  type UserRow,
} from './dto/user.dto.js';
import { UsersRepository } from './users.repository.js';
import { ContactsService } from './contacts.service.js';
import { accountUpdated } from './users.contract.js';
import { emailTaken, usernameTaken } from './users.errors.js';
import {
  UserQueryRepository,
  type ChangedContacts,
  type ProvisionedUserRow,
} from './user-query.repository.js';

export interface ProvisionedUser {
  id: string;
  role: UserRole;
  isActive: boolean;
  /** Current time of the database. */
  now: Date;
}

const userCursor = cursor(uuid);

/** Consequences of a deactivation and of an activation for the conversations of the user. */
export const userDeactivated = job<{ userId: string }>('user.deactivated');
export const userActivated = job<{ userId: string }>('user.activated');

/** Users, from tokens and bulk upserts of the host product or as local accounts: profiles, settings, deactivation. */
@Injectable()
export class UsersService {
  constructor(
    private readonly userQuery: UserQueryRepository,
    private readonly users: UsersRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly publisher: Publisher,
    private readonly jobs: Jobs,
    private readonly contacts: ContactsService,
  ) {}

  async getSelf({ userId }: Pick<AuthUser, 'userId'>): Promise<AccountDto> {
    const row = await this.userQuery.findUserById(userId);
    if (!row) throw notFound();
    return AccountDto.from(row);
  }

  async listUsers(_user: AuthUser, { q, ids, ...query }: ListUsersDto): Promise<UserPageDto> {
    if (q && (ids ?? query.cursor)) throw validationError([{ field: 'q', code: 'mutually_exclusive' }]);
    if (q) {
      const terms = tokenizeQuery(q);
      const matches = terms.length > 0 ? await this.userQuery.listUsersByNameTerms(terms, query.limit) : [];
      return { items: matches.map((row) => UserDto.from(row)), nextCursor: null };
    }

    const [afterId] = userCursor.decode(query.cursor, [FIRST_ID]);
    const rows = await (ids
      ? this.userQuery.listUserSummariesByIds(ids, afterId, query.limit + 1)
      : this.userQuery.listUserSummaries(afterId, query.limit + 1));
    const { page, nextCursor } = toPage(rows, query.limit, (last) => userCursor.encode(last.id));
    return { items: page.map((row) => UserDto.from(row)), nextCursor };
  }

  async getUser(_user: AuthUser, { userId }: UserIdDto): Promise<UserDto> {
    const [row] = await this.userQuery.findUserSummaries([userId]);
    if (!row) throw notFound();
    return UserDto.from(row);
  }

  async updateUser(user: AuthUser, { userId: userRef, ...change }: UpdateUserDto): Promise<AccountDto> {
    const userId = userRef === 'me' ? user.userId : userRef;
    const isSelf = userId === user.userId;
    const { role } = await this.requireActive(user);
    if (role !== 'admin' && (!isSelf || change.isActive !== undefined)) throw forbidden();
    if (change.settings && !isSelf) throw forbidden();
    const updated = await this.unitOfWork.run(async () => {
      this.unitOfWork.lock(userId);
      const before = await this.userQuery.findUserById(userId);
      const changed = await this.users.updateUserRow(userId, change, { isSelf });
      if (before && changed) await this.publishChange(before, changed);
      return changed;
    });
    if (updated) return AccountDto.from(updated);
    const row = await this.userQuery.findUserById(userId);
    if (!row || (isSelf && !row.is_active)) throw isSelf ? unauthenticated() : notFound();
    return AccountDto.from(row);
  }

  /** All or nothing: one invalid item rejects the whole call. */
  async upsertUsers(user: AuthUser, { items }: UpsertUsersDto): Promise<AccountListDto> {
    if ((await this.requireActive(user)).role !== 'admin') throw forbidden();
    const errors = validateTmsUserIds(items.map(({ tmsUserId }) => tmsUserId));
    if (errors.length > 0) throw validationError(errors);
    const rows = await this.unitOfWork.run(() => this.upsertUserRows(items));
    const accounts = new Map(rows.map((row) => [row.tms_user_id, AccountDto.from(row)]));
    return { items: items.map(({ tmsUserId }) => accounts.get(tmsUserId)!) };
  }

  /** Current role of an active user: a socket that is still open may have an outdated one. */
  async requireActive(user: AuthUser): Promise<{ role: UserRole }> {
    const row = await this.userQuery.findUserById(user.userId);
    if (!row?.is_active) throw unauthenticated();
    return row;
  }

  /** Creates the user with its first token of the host product; a newer token refreshes the profile. */
  async provision(profile: HostProfile): Promise<ProvisionedUser> {
    const existing = await this.userQuery.findUserByTmsUserId(profile.tmsUserId);
    if (existing && !isNewer(profile.issuedAt, existing.profile_issued_at))
      return toProvisionedUser(existing);
    const row =
      (await this.unitOfWork.runLocked(profile.tmsUserId, () => this.users.upsertProfile(profile))) ??
      (await this.userQuery.findUserByTmsUserId(profile.tmsUserId));
    if (!row) throw notFound();
    if (existing && !isSameAccount(existing, row))
      this.publishUpdated(row, { hasProfileChanged: !isSameProfile(existing, row) });
    return toProvisionedUser(row);
  }

  /** Local account with this username or e-mail address. */
  async findLocalAccount(login: string): Promise<LocalAccount | null> {
    const row = await this.userQuery.findLocalAccountByLogin(login);
    return row && { account: AccountDto.from(row), passwordHash: row.password_hash };
  }

  async requireLoginAvailable(account: Pick<NewLocalAccount, 'username' | 'email'>): Promise<void> {
    const taken = await this.userQuery.findTakenLogin(account.username, account.email);
    if (taken) throw taken === 'username' ? usernameTaken() : emailTaken();
  }

  async createLocalAccount(account: NewLocalAccount): Promise<AccountDto> {
    const row = await this.users.insertLocalAccount(account);
    if (row) return AccountDto.from(row);
    await this.requireLoginAvailable(account);
    throw conflict();
  }

  /** Disconnects all sockets of the user on every node and invalidates the tokens issued before. */
  revokeSessions(userId: string): Promise<void> {
    return this.unitOfWork.runLocked(userId, () => this.users.revokeSessions(userId));
  }

  /** Users referenced by a result, keyed by id. */
  async findSummaries(ids: readonly string[]): Promise<Record<string, UserDto>> {
    const rows = await this.userQuery.findUserSummaries([...new Set(ids)]);
    return Object.fromEntries(rows.map((row) => [row.id, UserDto.from(row)]));
  }

  /** Contacts of a user whose names or avatar changed after a time, up to the time `asOf`; null: none. */
  findChangedContacts(userId: string, since: Date | null): Promise<ChangedContacts> {
    return this.userQuery.findChangedContacts(userId, since);
  }

  private async upsertUserRows(items: UpsertUserDto[]): Promise<UserRow[]> {
    await this.users.insertMissingUsers(items);
    const before = await this.users.lockUsers(items.map(({ tmsUserId }) => tmsUserId));
    const rowsBefore = new Map(before.map((row) => [row.id, row]));
    const after = await this.users.updateUserRows(items);
    for (const row of after) {
      const rowBefore = rowsBefore.get(row.id)!;
      if (row.account_version !== rowBefore.account_version) await this.publishChange(rowBefore, row);
    }
    return after;
  }

  private async publishChange(before: UserRow, row: UserRow): Promise<void> {
    this.publishUpdated(row, { hasProfileChanged: !isSameProfile(before, row) });
    if (before.is_active === row.is_active) return;
    await this.jobs.enqueue(row.is_active ? userActivated : userDeactivated, { userId: row.id }, row.id);
  }

  /** Publishes the account to its user, and a changed profile to the contacts. */
  private publishUpdated(row: UserRow, { hasProfileChanged }: { hasProfileChanged: boolean }): AccountDto {
    const account = AccountDto.from(row);
    this.publisher.publish(accountUpdated, account, toUsers(account.id));
    if (hasProfileChanged) this.contacts.publishProfile(account);
    return account;
  }
}

/** Field errors of duplicate users and of local accounts, which the host product must not change. */
function validateTmsUserIds(tmsUserIds: string[]): FieldError[] {
  const seen = new Set<string>();
  return tmsUserIds.flatMap((tmsUserId, index) => {
    const isDuplicate = seen.has(tmsUserId);
    seen.add(tmsUserId);
    const code = tmsUserId.startsWith('local:') ? 'local_account' : isDuplicate ? 'duplicates' : undefined;
    return code ? [{ field: `items.${index}.tmsUserId`, code }] : [];
  });
}

/** Whether two rows have equal accounts, except for the account version, which other private changes increment too. */
function isSameAccount(one: UserRow, other: UserRow): boolean {
  const toJson = (row: UserRow): string => JSON.stringify(AccountDto.from({ ...row, account_version: 0 }));
  return toJson(one) === toJson(other);
}

function isSameProfile(one: UserRow, other: UserRow): boolean {
  return JSON.stringify(UserDto.from(one)) === JSON.stringify(UserDto.from(other));
}

function isNewer(issuedAt: Date | null, existing: Date | null): boolean {
  return issuedAt !== null && (existing === null || issuedAt > existing);
}

function toProvisionedUser({ id, role, is_active, now }: ProvisionedUserRow): ProvisionedUser {
  return { id, role, isActive: is_active, now };
}
