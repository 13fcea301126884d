import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import { conflict, forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Caller, UserRole } from '../../kernel/identity/caller.js';
import { afterId, pageOf } from '../../kernel/paging/page.js';
import { refuse } from '../../kernel/validation/refuse.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import type { HostProfile } from './dto/host-profile.js';
import type { ListUsersDto, UserIdDto } from './dto/list-users.dto.js';
import type { LocalAccount, NewAccount } from './dto/local-account.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import type { UpsertUserDto, UpsertUsersDto } from './dto/upsert-users.dto.js';
import { MeDto, UserDto, type PeopleDto, type UserPageDto, type UserRow } from './dto/user.dto.js';
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

  async me({ userId }: Pick<Caller, 'userId'>): Promise<MeDto> {
    const row = await this.users.findById(userId);
    if (!row) throw notFound();
    return MeDto.from(row);
  }

  async list(_caller: Caller, { q, ids, limit = 50, cursor }: ListUsersDto): Promise<UserPageDto> {
    if (q && (ids ?? cursor)) throw refuse([{ field: 'q', code: 'stands_alone' }]);
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

  async get(_caller: Caller, { userId }: UserIdDto): Promise<UserDto> {
    const [row] = await this.users.cards([userId]);
    if (!row) throw notFound();
    return UserDto.from(row);
  }

  async update(caller: Caller, { userId: ref, ...change }: UpdateUserDto): Promise<MeDto> {
    const userId = ref === 'me' ? caller.userId : ref;
    const asThemselves = userId === caller.userId;
    const { role } = await this.requireActive(caller);
    if (role !== 'admin' && (!asThemselves || change.isActive !== undefined)) throw forbidden();
    if (change.settings && !asThemselves) throw forbidden();
    const changed = await this.profiles.update(userId, change, { asThemselves });
    if (changed) return this.publishUpdated(MeDto.from(changed));
    const row = await this.users.findById(userId);
    if (!row || (asThemselves && !row.is_active)) throw asThemselves ? unauthenticated() : notFound();
    return MeDto.from(row);
  }

  /** Creates and changes people as the host's back end describes them: all of them or, when one is refused, nobody. */
  async upsert(caller: Caller, { items }: UpsertUsersDto): Promise<PeopleDto> {
    if ((await this.requireActive(caller)).role !== 'admin') throw forbidden();
    const wrong = refusedIds(items.map(({ tmsUserId }) => tmsUserId));
    if (wrong.length > 0) throw refuse(wrong);
    const rows = await this.unitOfWork.run(() => this.overwrite(items));
    const people = new Map(rows.map((row) => [row.tms_user_id, MeDto.from(row)]));
    return { items: items.map(({ tmsUserId }) => people.get(tmsUserId)!) };
  }

  /** The caller as they are now: an open socket may outlive its rights for a moment. */
  async requireActive(caller: Caller): Promise<{ role: UserRole }> {
    const row = await this.users.findById(caller.userId);
    if (!row?.is_active) throw unauthenticated();
    return row;
  }

  /** Lets in whom the host vouches for: creates them on the first token, refreshes their profile on a newer one. */
  async admit(profile: HostProfile): Promise<AdmittedUser> {
    const known = await this.users.findByTmsUserId(profile.tmsUserId);
    if (known && !isNewer(profile.issuedAt, known.profile_issued_at)) return admitted(known);
    const row =
      (await this.profiles.upsert(profile)) ?? (await this.users.findByTmsUserId(profile.tmsUserId));
    if (!row) throw notFound();
    if (known && !showsTheSame(known, row)) this.publishUpdated(MeDto.from(row));
    return admitted(row);
  }

  /** The account kept here that has this username or e-mail address. */
  async findAccount(login: string): Promise<LocalAccount | null> {
    const row = await this.users.findAccount(login);
    return row && { me: MeDto.from(row), passwordHash: row.password_hash };
  }

  async requireFree({ username, email }: Pick<NewAccount, 'username' | 'email'>): Promise<void> {
    const taken = await this.users.findTaken(username, email);
    if (taken) throw taken === 'username' ? usernameTaken() : emailTaken();
  }

  async addAccount(account: NewAccount): Promise<MeDto> {
    const row = await this.profiles.addAccount(account);
    if (row) return MeDto.from(row);
    await this.requireFree(account);
    throw conflict();
  }

  /** Every socket of this person is ended, on every node. */
  endSessions(userId: string): Promise<void> {
    return this.profiles.endSessions(userId);
  }

  /** The people that an answer names, by their ids. */
  async cards(ids: readonly string[]): Promise<Record<string, UserDto>> {
    const rows = await this.users.cards([...new Set(ids)]);
    return Object.fromEntries(rows.map((row) => [row.id, UserDto.from(row)]));
  }

  private async overwrite(items: UpsertUserDto[]): Promise<UserRow[]> {
    await this.profiles.addMissing(items);
    const before = await this.profiles.lock(items.map(({ tmsUserId }) => tmsUserId));
    const versions = new Map(before.map((row) => [row.id, row.me_version]));
    const after = await this.profiles.overwrite(items);
    for (const row of after)
      if (row.me_version !== versions.get(row.id)) this.publishUpdated(MeDto.from(row));
    return after;
  }

  private publishUpdated(me: MeDto): MeDto {
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
  const shown = (row: UserRow): string => JSON.stringify(MeDto.from({ ...row, me_version: 0 }));
  return shown(one) === shown(other);
}

function isNewer(issuedAt: Date | null, known: Date | null): boolean {
  return issuedAt !== null && (known === null || issuedAt > known);
}

function admitted({ id, role, is_active, now }: AdmittedRow): AdmittedUser {
  return { id, role, isActive: is_active, now };
}
