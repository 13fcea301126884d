import { Check, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One person has blocked another. The row points one way, its effect is both ways. */
@Entity('user_blocks')
@Check('user_blocks_other_check', `blocker_id <> blocked_id`)
@Index(['blockedId'])
export class UserBlock {
  /** Who blocks. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  blockerId: string;

  /** Who is blocked; never the blocker. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  blockedId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
