import { randomUUID } from 'node:crypto';
import { access, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@throughline/model';

/** Who holds a data directory. `start` tells two processes with one pid apart. */
interface Owner {
  readonly pid: number;
  readonly start: string;
  readonly token: string;
}

export interface DirectoryLock {
  /** Idempotent. */
  release(): Promise<void>;
}

/**
 * Takes the directory for this process: a file that names the process and when it started. A file of a process that
 * is gone is replaced, so a crash leaves nothing to clean up.
 *
 * @throws CodedError `store_directory_locked` if a live process holds it
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'throughline.lock');
  const self: Owner = { pid: process.pid, start: (await processStart(process.pid)) ?? '', token: randomUUID() };
  const draft = `${path}.${self.token}`;
  await writeFile(draft, JSON.stringify(self), { flag: 'wx' });
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await linkIfFree(draft, path)) return lockOf(path, self);
      const owner = await readOwner(path);
      if (owner !== undefined && (await isAlive(owner))) throw lockedError(directory, owner.pid);
      if (!(await removeStale(path, draft))) await delay(ATTEMPT_INTERVAL_MS);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw lockedError(directory, undefined);
}

const MAX_ATTEMPTS = 100;
const ATTEMPT_INTERVAL_MS = 10;

/** Unlike a file opened for writing, a link appears with its content; it fails if the name is taken. */
async function linkIfFree(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Removes the lock of a process that is gone. Of many that find it stale at the same time one at a time may look again
 * and remove it, so that none removes the new lock of another. False if it is another's turn.
 */
async function removeStale(path: string, draft: string): Promise<boolean> {
  const turn = `${path}.turn`;
  if (!(await linkIfFree(draft, turn))) {
    const holder = await readOwner(turn);
    if (holder !== undefined && !(await isAlive(holder))) await rm(turn, { force: true });
    return false;
  }
  try {
    // Not there any more: the next attempt may find it free, or taken by one that needed no turn.
    if (!(await exists(path))) return true;
    const owner = await readOwner(path);
    if (owner === undefined || !(await isAlive(owner))) await rm(path, { force: true });
    return true;
  } finally {
    await rm(turn, { force: true });
  }
}

function lockOf(path: string, self: Owner): DirectoryLock {
  return {
    release: async () => {
      const owner = await readOwner(path);
      if (owner?.token === self.token) await rm(path, { force: true });
    },
  };
}

export function lockedError(directory: string, pid: number | undefined): CodedError {
  const who = pid === undefined ? 'another process' : `the process ${pid}`;
  return new CodedError(
    'store_directory_locked',
    `the data directory ${directory} is in use by ${who}; stop it or choose another directory`,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { pid, start, token } = parsed as Record<string, unknown>; // an object: any property is unknown
    if (typeof pid !== 'number' || typeof start !== 'string' || typeof token !== 'string') return undefined;
    return { pid, start, token };
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  const start = await processStart(owner.pid);
  if (start !== undefined) return start === owner.start || owner.start === '';
  try {
    process.kill(owner.pid, 0);
    // Alive, and there is nothing to tell it from a later process with the same pid.
    return owner.start === '';
  } catch (error) {
    return errorCode(error) === 'EPERM' && owner.start === '';
  }
}

/** Boot and the start of the process since then, where the system tells (Linux); undefined where there is none. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    // The command in parentheses may hold anything; field 22 is the 20th after it.
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return startTicks === undefined ? undefined : `${boot}:${startTicks}`;
  } catch {
    return undefined;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
