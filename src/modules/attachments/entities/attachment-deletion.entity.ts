import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the store may still hold of an attachment whose row is gone, written by a trigger. */
@Entity('attachment_deletions')
@Index(['dueAt'])
export class AttachmentLeftover {
  @PrimaryColumn({ type: 'uuid' })
  attachmentId: string;

  /** From when on nobody can be writing it any more. */
  @Column({ type: 'timestamptz', precision: 3 })
  dueAt: Date;
}
