import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Number of members of a conversation. Triggers keep it from then on. */
export class MemberCount1796059800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE conversations ADD member_count integer NOT NULL DEFAULT 0
        CONSTRAINT conversations_member_count_check CHECK (member_count >= 0);
      UPDATE conversations c SET member_count = members.count
      FROM (SELECT conversation_id, count(*) FROM conversation_members GROUP BY 1) members
      WHERE c.id = members.conversation_id`);
  }

  /** The constraint goes with its column. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE conversations DROP member_count');
  }
}
