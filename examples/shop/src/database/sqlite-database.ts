import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database, Row } from './database.ts';

/** A file of the service's own in `folder`, or memory. */
export function openSqlite(service: string, folder: string | undefined): Database {
  const database = new DatabaseSync(folder === undefined ? ':memory:' : join(folder, `${service}.db`));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return {
    system: 'sqlite',
    namespace: service,
    query: async (statement, values) => {
      const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
      // Statements of the shop select text and numbers only.
      return database.prepare(statement).all(named) as Row[];
    },
    close: async () => database.close(),
  };
}
