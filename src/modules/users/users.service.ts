import { Injectable } from '@nestjs/common';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Caller, UserRole } from '../../kernel/identity/caller.js';
import { decodeCursor, encodeCursor, isId } from '../../kernel/paging/cursor.js';
import { refuse } from '../../kernel/validation/refuse.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import type { HostProfile } from './dto/host-profile.js';
import type { ListUsersDto, UserIdDto } from './dto/list-users.dto.js';
import type { UpdateUserDto } from './dto/update-user.dto.js';
import { MeDto, UserDto, type UserPageDto } from './dto/user.dto.js';
import { userUpdated } from './users.contract.js';
import { UsersRepository, type AdmittedRow } from './users.repository.js';

export interface AdmittedUser {
  id: string;
  role: UserRole;
  isActive: boolean;
  /** The clock of the database. */
  now: Date;
}

/** The people. The host owns their accounts; this server keeps what it needs to show them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly publisher: Publisher,
  ) {}

  async me(caller: Caller): Promise<MeDto> {
    const row = await this.users.findById(caller.userId);
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

    const after = cursor ? (decodeCursor(cursor, isId)[0] as string) : null;
    const rows = await (ids
      ? this.users.listByIds(ids, after, limit + 1)
      : this.users.listAll(after, limit + 1));
    const items = rows.slice(0, limit).map((row) => UserDto.from(row));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
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
    const row = await this.users.update(userId, change, { asThemselves });
    if (!row) throw asThemselves ? unauthenticated() : notFound();
    return this.publishUpdated(MeDto.from(row));
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
    const row = (await this.users.upsert(profile)) ?? (await this.users.findByTmsUserId(profile.tmsUserId));
    if (!row) throw notFound();
    if (known && JSON.stringify(MeDto.from(known)) !== JSON.stringify(MeDto.from(row)))
      this.publishUpdated(MeDto.from(row));
    return admitted(row);
  }

  /** The people that an answer names, by their ids. */
  async cards(ids: readonly string[]): Promise<Record<string, UserDto>> {
    const rows = await this.users.cards([...new Set(ids)]);
    return Object.fromEntries(rows.map((row) => [row.id, UserDto.from(row)]));
  }

  private publishUpdated(me: MeDto): MeDto {
    this.publisher.publish(userUpdated, me, toUsers(me.id));
    return me;
  }
}

function isNewer(issuedAt: Date | null, known: Date | null): boolean {
  return issuedAt !== null && (known === null || issuedAt > known);
}

function admitted({ id, role, is_active, now }: AdmittedRow): AdmittedUser {
  return { id, role, isActive: is_active, now };
}
