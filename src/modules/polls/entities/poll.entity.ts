import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { PollResultsVisibility } from '../../messages/dto/poll-state.dto.js';

/** Poll of a message of type poll. `(id, multipleChoice)` is unique so that votes can reference the flag. */
@Entity('polls')
@Unique(['messageId'])
@Unique(['id', 'multipleChoice'])
@Check('polls_question_check', `char_length(question) BETWEEN 1 AND 500`)
@Check('polls_max_choices_check', `max_choices BETWEEN 1 AND 100`)
@Check('polls_results_visibility_check', `results_visibility IN ('live', 'closed')`)
@Check('polls_single_choice_check', `multiple_choice OR max_choices IS NULL OR max_choices = 1`)
@Index(['closedBy'])
export class Poll {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** 1–500 characters. */
  @Column({ type: 'text' })
  question: string;

  @Column({ type: 'boolean', default: false })
  multipleChoice: boolean;

  /** Options that one user may choose, 1–100; null: all options, or 1 in a single-choice poll. */
  @Column({ type: 'smallint', nullable: true })
  maxChoices: number | null;

  /** Whether voters stay unnamed for all users. */
  @Column({ type: 'boolean', default: false })
  anonymous: boolean;

  /** Visibility of votes: at once, or after the poll is closed. */
  @Column({ type: 'text', default: 'live' })
  resultsVisibility: PollResultsVisibility;

  /** Closing time; null: none. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closesAt: Date | null;

  /** Time of closing; null while open. Later votes are refused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closedAt: Date | null;

  /** User that closed the poll; null when closed by time, or when the user row is deleted. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  closedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

/** Option of a poll. `(pollId, id)` is unique so that a vote cannot reference an option of another poll. */
@Entity('poll_options')
@Unique(['pollId', 'position'])
@Unique(['pollId', 'id'])
@Check('poll_options_text_check', `char_length(text) BETWEEN 1 AND 200`)
@Check('poll_options_position_check', `position BETWEEN 0 AND 99`)
export class PollOption {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('polls', { onDelete: 'CASCADE' })
  pollId: string;

  /** 1–200 characters. */
  @Column({ type: 'text' })
  text: string;

  /** Position in the list, 0–99. */
  @Column({ type: 'smallint' })
  position: number;
}

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
