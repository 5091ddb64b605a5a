import { traceDatabase } from '@throughline/sdk';
import { dataDirectory, postgresUrl } from '../settings.ts';
import type { Database, Row, SqlValue } from './database.ts';

/** A database with a span for every query. */
export interface TracedDatabase {
  /** `table` is what the span calls the collection. */
  query<R extends Row = Row>(table: string, statement: string, values?: readonly SqlValue[]): Promise<readonly R[]>;
  close(): Promise<void>;
}

/** Opens a service's database: PostgreSQL if `SHOP_POSTGRES_URL` says where it is, else SQLite. `tables` makes what is missing. */
export async function openDatabase(service: string, tables: readonly string[]): Promise<TracedDatabase> {
  const url = postgresUrl();
  const database: Database =
    url === undefined
      ? (await import('./sqlite-database.ts')).openSqlite(service, dataDirectory())
      : await (await import('./postgresql-database.ts')).openPostgresql(service, url);
  for (const statement of tables) await database.query(statement, []);
  const { system, namespace } = database;
  return {
    query: <R extends Row>(table: string, statement: string, values: readonly SqlValue[] = []) =>
      traceDatabase({ system, namespace, statement, collection: table }, async (span, sql) => {
        const rows = await database.query(sql, values);
        span.setAttribute('db.response.returned_rows', rows.length);
        // The caller knows the columns that its statement selects.
        return rows as readonly R[];
      }),
    close: () => database.close(),
  };
}
