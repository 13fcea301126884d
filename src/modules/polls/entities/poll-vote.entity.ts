import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Vote of one user for one option. The composite foreign keys exclude options of other polls. */
@Entity('poll_votes')
@ForeignKey('polls', ['pollId', 'multipleChoice'], ['id', 'multipleChoice'], { onDelete: 'CASCADE' })
@ForeignKey('poll_options', ['pollId', 'optionId'], ['pollId', 'id'], { onDelete: 'CASCADE' })
@Index('poll_votes_single_choice_key', ['pollId', 'userId'], { unique: true, where: `NOT multiple_choice` })
@Index(['pollId', 'multipleChoice'])
@Index(['pollId', 'optionId', 'createdAt', 'userId'])
@Index(['userId', 'pollId', 'optionId'])
export class PollVote {
  @PrimaryColumn({ type: 'uuid' })
  pollId: string;

  @PrimaryColumn({ type: 'uuid' })
  optionId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  /** Copy of the poll's flag, kept equal by the foreign key. When false, a unique index allows one vote per user. */
  @Column({ type: 'boolean' })
  multipleChoice: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
