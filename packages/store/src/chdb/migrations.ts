import { readdir, readFile } from 'node:fs/promises';
import { CodedError } from '@throughline/model';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const DIRECTORY = new URL('../../migrations/', import.meta.url);

/** The numbered `.sql` files, in order. Statements end with `;` at the end of a line. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(DIRECTORY)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const version = Number(file.slice(0, 4));
      if (version !== index + 1) throw new Error(`migration ${file} is out of sequence`);
      const text = await readFile(new URL(file, DIRECTORY), 'utf8');
      const statements = text
        .split(/;\s*\n/)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '');
      return { version, name: file.slice(5, -4), statements };
    }),
  );
}

export interface MigrationTarget {
  /** Runs one statement. */
  execute(sql: string): Promise<void>;
  /** The numbers of the migrations applied so far. */
  appliedVersions(): Promise<readonly number[]>;
}

/**
 * Applies what is missing, in order. Every statement may run twice, so one that was interrupted is simply repeated.
 *
 * @throws CodedError `store_newer_version` if the directory has migrations that this version does not know
 */
export async function migrate(target: MigrationTarget, migrations: readonly Migration[]): Promise<void> {
  await target.execute(
    'CREATE TABLE IF NOT EXISTS schema_migrations (version UInt32, name String, applied_at DateTime) ' +
      'ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1, fsync_part_directory = 1',
  );
  const applied = new Set(await target.appliedVersions());
  const newest = Math.max(0, ...applied);
  if (newest > migrations.length) {
    throw new CodedError(
      'store_newer_version',
      `the data directory was written by a newer version (schema ${newest}, this one knows ${migrations.length}); ` +
        'upgrade or choose another directory',
    );
  }
  for (const { version, name, statements } of migrations) {
    if (applied.has(version)) continue;
    for (const statement of statements) await target.execute(statement);
    // Both come from the name of a file of ours.
    await target.execute(`INSERT INTO schema_migrations VALUES (${version}, '${name}', now())`);
  }
}
