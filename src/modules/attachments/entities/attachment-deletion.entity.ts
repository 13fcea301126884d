import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Pending deletion of the objects of a deleted attachment, inserted by a trigger. */
@Entity('attachment_deletions')
@Index(['dueAt'])
export class AttachmentDeletion {
  @PrimaryColumn({ type: 'uuid' })
  attachmentId: string;

  /** Time after which no upload can still write the objects. */
  @Column({ type: 'timestamptz', precision: 3 })
  dueAt: Date;
}
