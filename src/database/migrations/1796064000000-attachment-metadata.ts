import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether the stored file of an attachment is without metadata. Before, images were re-encoded, other files stored unchanged. */
export class AttachmentMetadata1796064000000 implements MigrationInterface {
  /** An older build inserts rows without the column, hence the default. */
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE attachments ADD metadata_removed boolean NOT NULL DEFAULT false;
      UPDATE attachments SET metadata_removed = true WHERE kind = 'image'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attachments DROP metadata_removed');
  }
}
