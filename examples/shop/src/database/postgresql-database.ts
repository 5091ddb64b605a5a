import pg from 'pg';
import type { Database, Row } from './database.ts';

const MAX_CONNECTIONS = 4;

/** A schema of the service's own in the database that `url` names. */
export async function openPostgresql(service: string, url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    options: `-c search_path=shop_${service}`,
  });
  // An idle connection that breaks is replaced; the next query says what is wrong.
  pool.on('error', () => {});
  await pool.query(`CREATE SCHEMA IF NOT EXISTS shop_${service}`);
  return {
    system: 'postgresql',
    namespace: `shop_${service}`,
    // Statements of the shop select text and numbers only.
    query: async (statement, values) => (await pool.query<Row>(statement, [...values])).rows,
    close: () => pool.end(),
  };
}
