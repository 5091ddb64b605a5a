import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whom a server runs as; empty for the user who runs the tests. */
export interface ServerOwner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root, and no server needs to: under root it is the first of these users that exists. */
export function serverOwner(...users: readonly string[]): ServerOwner {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const user of [...users, 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${user}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(`none of the users ${users.join(', ')} and nobody exists, and servers do not run as root`);
}

/** A new temporary folder that belongs to the server; the returned object removes it. */
export function serverFolder(name: string, owner: ServerOwner): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `throughline-${name}-`));
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(path, owner.uid, owner.gid);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
