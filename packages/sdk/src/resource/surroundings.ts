import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { arch, hostname, platform, release, userInfo } from 'node:os';

/** All that detection looks at, so that a test can pass in any machine. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of a small file, or undefined: absent, unreadable, or larger than `MAX_FILE_BYTES`. Never throws. */
  readonly readFile: (path: string) => string | undefined;
  readonly hostName: string;
  /** As `os.arch()`. */
  readonly architecture: string;
  /** As `os.platform()`. */
  readonly platform: string;
  readonly osRelease: string;
  readonly pid: number;
  readonly parentPid: number;
  /** Undefined for a user that the system has no name for. */
  readonly userName: string | undefined;
  readonly executablePath: string;
  /** As `process.argv`. */
  readonly argv: readonly string[];
  /** As `process.execArgv`: the runtime's own options. */
  readonly runtimeArguments: readonly string[];
  readonly runtimeVersion: string;
  readonly workingDirectory: string;
  /** Different from that of every other process. */
  readonly instanceId: string;
}

export const MAX_FILE_BYTES = 65_536;

/** A file's text if it has at most `maxBytes` bytes. Files below /proc say size 0, so it is read, not asked. */
export function readSmallFile(path: string, maxBytes: number = MAX_FILE_BYTES): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return length > maxBytes ? undefined : buffer.toString('utf8', 0, length);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const instanceId = randomUUID();

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without an entry in its list of users.
    return undefined;
  }
}

/** Those of this process. */
export function surroundings(): Surroundings {
  return {
    environment: process.env,
    readFile: readSmallFile,
    hostName: hostname(),
    architecture: arch(),
    platform: platform(),
    osRelease: release(),
    pid: process.pid,
    parentPid: process.ppid,
    userName: userName(),
    executablePath: process.execPath,
    argv: process.argv,
    runtimeArguments: process.execArgv,
    runtimeVersion: process.versions.node,
    workingDirectory: process.cwd(),
    instanceId,
  };
}
