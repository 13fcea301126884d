import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** One person's vote for one option. The composite keys make an option of another poll impossible. */
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

  /** The poll's, held equal by the foreign key: where it is false, a person has one vote. */
  @Column({ type: 'boolean' })
  multipleChoice: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}
