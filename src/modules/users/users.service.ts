import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import { conflict, forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser, UserRole } from '../../kernel/identity/auth-user.js';
import { afterId, pageOf } from '../../kernel/paging/page.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import type { HostProfile } from './dto/host-profile.js';
import type { ListUsersDto, UserIdDto } from './dto/list-users.dto.js';
import type { LocalAccount, NewAccount } from './dto/local-account.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import type { UpsertUserDto, UpsertUsersDto } from './dto/upsert-users.dto.js';
import { AccountDto, UserDto, type AccountListDto, type UserPageDto, type UserRow } from './dto/user.dto.js';
import { ProfilesRepository } from './profiles.repository.js';
import { userUpdated } from './users.contract.js';
import { emailTaken, usernameTaken } from './users.errors.js';
import { UsersRepository, type AdmittedRow } from './users.repository.js';

export interface AdmittedUser {
  id: string;
  role: UserRole;
  isActive: boolean;
  /** The clock of the database. */
  now: Date;
}

/** The people. The host owns their accounts, or this server keeps them; either way it knows what it shows of them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly profiles: ProfilesRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly publisher: Publisher,
  ) {}

  async getSelf({ userId }: Pick<AuthUser, 'userId'>): Promise<AccountDto> {
    const row = await this.users.findById(userId);
    if (!row) throw notFound();
    return AccountDto.from(row);
  }

  async list(_caller: AuthUser, { q, ids, limit = 50, cursor }: ListUsersDto): Promise<UserPageDto> {
    if (q && (ids ?? cursor)) throw validationError([{ field: 'q', code: 'mutually_exclusive' }]);
    if (q)
      return {
        items: (await this.users.findByName(q, limit)).map((row) => UserDto.from(row)),
        nextCursor: null,
      };

    const after = afterId(cursor);
    const rows = await (ids
      ? this.users.listByIds(ids, after, limit + 1)
      : this.users.listAll(after, limit + 1));
    const { page, nextCursor } = pageOf(rows, limit, ({ id }) => [id]);
    return { items: page.map((row) => UserDto.from(row)), nextCursor };
  }

  async get(_caller: AuthUser, { userId }: UserIdDto): Promise<UserDto> {
    const [row] = await this.users.findSummaries([userId]);
    if (!row) throw notFound();
    return UserDto.from(row);
  }

  async update(user: AuthUser, { userId: ref, ...change }: UpdateUserDto): Promise<AccountDto> {
    const userId = ref === 'me' ? user.userId : ref;
    const asThemselves = userId === user.userId;
    const { role } = await this.requireActive(user);
    if (role !== 'admin' && (!asThemselves || change.isActive !== undefined)) throw forbidden();
    if (change.settings && !asThemselves) throw forbidden();
    const changed = await this.profiles.update(userId, change, { asThemselves });
    if (changed) return this.publishUpdated(AccountDto.from(changed));
    const row = await this.users.findById(userId);
    if (!row || (asThemselves && !row.is_active)) throw asThemselves ? unauthenticated() : notFound();
    return AccountDto.from(row);
  }

  /** Creates and changes people as the host's back end describes them: all of them or, when one is refused, nobody. */
  async upsert(user: AuthUser, { items }: UpsertUsersDto): Promise<AccountListDto> {
    if ((await this.requireActive(user)).role !== 'admin') throw forbidden();
    const wrong = refusedIds(items.map(({ tmsUserId }) => tmsUserId));
    if (wrong.length > 0) throw validationError(wrong);
    const rows = await this.unitOfWork.run(() => this.overwrite(items));
    const people = new Map(rows.map((row) => [row.tms_user_id, AccountDto.from(row)]));
    return { items: items.map(({ tmsUserId }) => people.get(tmsUserId)!) };
  }

  /** The caller as they are now: an open socket may outlive its rights for a moment. */
  async requireActive(user: AuthUser): Promise<{ role: UserRole }> {
    const row = await this.users.findById(user.userId);
    if (!row?.is_active) throw unauthenticated();
    return row;
  }

  /** Lets in whom the host vouches for: creates them on the first token, refreshes their profile on a newer one. */
  async provision(profile: HostProfile): Promise<AdmittedUser> {
    const known = await this.users.findByTmsUserId(profile.tmsUserId);
    if (known && !isNewer(profile.issuedAt, known.profile_issued_at)) return admitted(known);
    const row =
      (await this.profiles.upsert(profile)) ?? (await this.users.findByTmsUserId(profile.tmsUserId));
    if (!row) throw notFound();
    if (known && !showsTheSame(known, row)) this.publishUpdated(AccountDto.from(row));
    return admitted(row);
  }

  /** The account kept here that has this username or e-mail address. */
  async findAccount(login: string): Promise<LocalAccount | null> {
    const row = await this.users.findAccount(login);
    return row && { me: AccountDto.from(row), passwordHash: row.password_hash };
  }

  async requireFree({ username, email }: Pick<NewAccount, 'username' | 'email'>): Promise<void> {
    const taken = await this.users.findTaken(username, email);
    if (taken) throw taken === 'username' ? usernameTaken() : emailTaken();
  }

  async addAccount(account: NewAccount): Promise<AccountDto> {
    const row = await this.profiles.addAccount(account);
    if (row) return AccountDto.from(row);
    await this.requireFree(account);
    throw conflict();
  }

  /** Every socket of this person is ended, on every node. */
  revokeSessions(userId: string): Promise<void> {
    return this.profiles.revokeSessions(userId);
  }

  /** The people that an answer names, by their ids. */
  async findSummaries(ids: readonly string[]): Promise<Record<string, UserDto>> {
    const rows = await this.users.findSummaries([...new Set(ids)]);
    return Object.fromEntries(rows.map((row) => [row.id, UserDto.from(row)]));
  }

  private async overwrite(items: UpsertUserDto[]): Promise<UserRow[]> {
    await this.profiles.addMissing(items);
    const before = await this.profiles.lock(items.map(({ tmsUserId }) => tmsUserId));
    const versions = new Map(before.map((row) => [row.id, row.account_version]));
    const after = await this.profiles.overwrite(items);
    for (const row of after)
      if (row.account_version !== versions.get(row.id)) this.publishUpdated(AccountDto.from(row));
    return after;
  }

  private publishUpdated(me: AccountDto): AccountDto {
    this.publisher.publish(userUpdated, me, toUsers(me.id));
    return me;
  }
}

/** A person is written once in a call, and an account kept here is not the host's to write. */
function refusedIds(tmsUserIds: string[]): FieldError[] {
  const seen = new Set<string>();
  return tmsUserIds.flatMap((tmsUserId, index) => {
    const isTwice = seen.has(tmsUserId);
    seen.add(tmsUserId);
    const code = tmsUserId.startsWith('local:') ? 'local_account' : isTwice ? 'duplicates' : undefined;
    return code ? [{ field: `items.${index}.tmsUserId`, code }] : [];
  });
}

/** Their counter aside, which other changes of theirs move too. */
function showsTheSame(one: UserRow, other: UserRow): boolean {
  const shown = (row: UserRow): string => JSON.stringify(AccountDto.from({ ...row, account_version: 0 }));
  return shown(one) === shown(other);
}

function isNewer(issuedAt: Date | null, known: Date | null): boolean {
  return issuedAt !== null && (known === null || issuedAt > known);
}

function admitted({ id, role, is_active, now }: AdmittedRow): AdmittedUser {
  return { id, role, isActive: is_active, now };
}
