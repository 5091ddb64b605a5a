/** A value of a statement's parameter or of a row. */
export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

/** What SQLite and PostgreSQL have in common here. Parameters are written $1, $2, ... */
export interface Database {
  /** `db.system.name` of its spans. */
  readonly system: string;
  /** `db.namespace`. */
  readonly namespace: string;
  query(statement: string, values: readonly SqlValue[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}
