import { roleOf, textOf } from './span-role.ts';
import type { TraceView } from './trace-view.ts';

export interface LearntDatabase {
  readonly name: string;
  readonly system: string;
}

/** By the name that queries give; one that a service has, too, becomes another. */
export function databasesOf(
  views: readonly TraceView[],
  services: ReadonlySet<string>,
): ReadonlyMap<string, LearntDatabase> {
  const databases = new Map<string, LearntDatabase>();
  for (const view of views) {
    for (const [row, span] of view.trace.spans.entries()) {
      if (textOf(span, 'db.system.name', 'db.system') === undefined) continue;
      const role = roleOf(view, row);
      if (role.kind !== 'query' || databases.has(role.database)) continue;
      const name = services.has(role.database) ? `${role.database}-${role.system}` : role.database;
      databases.set(role.database, { name, system: role.system });
    }
  }
  return databases;
}

/** Gives queries the names that the databases have got. */
export function renameDatabases(
  services: ReadonlyMap<string, Record<string, unknown>>,
  databases: ReadonlyMap<string, LearntDatabase>,
): void {
  if ([...databases].every(([key, { name }]) => key === name)) return;
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [
      key,
      key === 'database' && typeof inner === 'string' && 'query' in value ? databases.get(inner)?.name : rename(inner),
    ]);
    return Object.fromEntries(entries);
  };
  for (const service of services.values()) service['operations'] = rename(service['operations']);
}
