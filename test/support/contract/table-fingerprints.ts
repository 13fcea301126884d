import { Client } from 'pg';
import type { TestServer } from '../servers/test-server.js';

/** Hash of the rows of each table, except tables filled asynchronously from others or by a timer. */
export async function tableFingerprints({ database }: TestServer): Promise<Record<string, string>> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
         AND table_name NOT IN ('message_search', 'search_blocks', 'search_index_queue', 'server_nodes') ORDER BY 1`,
    );
    const found: Record<string, string> = {};
    for (const { name } of rows) {
      const { rows: one } = await client.query<{ found: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS found FROM ${name} t`,
      );
      found[name] = one[0]!.found;
    }
    return found;
  } finally {
    await client.end();
  }
}
