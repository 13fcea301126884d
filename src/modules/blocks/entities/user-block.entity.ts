import { Check, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Block of one user by another. The row has a direction; its effect applies to both users. */
@Entity('user_blocks')
@Check('user_blocks_other_check', `blocker_id <> blocked_id`)
@Index(['blockedId'])
export class UserBlock {
  /** Blocking user. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  blockerId: string;

  /** Blocked user; never equal to the blocking user. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  blockedId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
