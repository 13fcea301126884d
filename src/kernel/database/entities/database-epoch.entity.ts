import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Epoch of the versions and sequence numbers of this database. The row that began last is the current one. */
@Entity('database_epochs')
export class DatabaseEpochRow {
  /** Random id. A restored backup gets another one. */
  @PrimaryColumn({ type: 'uuid' })
  epoch: string;

  /** Identity of cluster, timeline, database and table in which the epoch began. */
  @Column({ type: 'text' })
  origin: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  startedAt: Date;
}
