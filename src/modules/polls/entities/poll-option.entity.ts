import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';

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
