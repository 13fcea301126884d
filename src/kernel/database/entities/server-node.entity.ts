import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Server process that uses this database. */
@Entity('server_nodes')
export class ServerNode {
  /** Random id of the process. */
  @PrimaryColumn({ type: 'uuid' })
  nodeId: string;

  /** Time of the last renewal, every 10 seconds. */
  @Column({ type: 'timestamptz', precision: 3 })
  seenAt: Date;
}
