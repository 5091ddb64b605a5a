import type { Attributes } from '@opentelemetry/api';
import { basename } from 'node:path';
import { present } from './resource-attributes.ts';
import type { Surroundings } from './surroundings.ts';

const HOST_ARCH: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['arm', 'arm32'],
  ['ppc', 'ppc32'],
  ['ia32', 'x86'],
]);
const OS_TYPE: ReadonlyMap<string, string> = new Map([
  ['win32', 'windows'],
  ['sunos', 'solaris'],
]);
/** A secret's name and what stands between it and the secret. */
const SECRET_NAME = /(?:password|passwd|token|secret|key|auth|credential)[^=:]*([=:]?)/i;
const HIDDEN = '[REDACTED]';
const MAX_ARGUMENTS = 64;
const MAX_ARGUMENT_LENGTH = 256;

/**
 * A command line that can be shown: what follows a name that looks secret, in the same argument or as the value of an
 * option, and passwords in URLs, are hidden; long arguments and lists are cut.
 */
export function shownArguments(argv: readonly string[]): string[] {
  let hideNext = false;
  return argv.slice(0, MAX_ARGUMENTS).map((argument) => {
    const hide = hideNext;
    const name = SECRET_NAME.exec(argument);
    hideNext = name !== null && /^-[^=:]*$/.test(argument);
    if (hide) return HIDDEN;
    const isAssigned = name !== null && name[1] !== '';
    const shown = isAssigned ? argument.slice(0, name.index + name[0].length) : argument;
    const cut = shown.replace(/\/\/[^/\s@]*@/g, `//${HIDDEN}@`).slice(0, MAX_ARGUMENT_LENGTH);
    return isAssigned ? cut + HIDDEN : cut;
  });
}

/** `process.*`: what runs, without secrets in its arguments. */
export function detectProcess(here: Surroundings): Attributes {
  return present({
    'process.pid': here.pid,
    'process.parent_pid': here.parentPid,
    'process.executable.name': basename(here.executablePath),
    'process.executable.path': here.executablePath,
    'process.command': here.argv[1],
    'process.command_args': shownArguments([...here.argv.slice(0, 1), ...here.runtimeArguments, ...here.argv.slice(1)]),
    'process.owner': here.userName,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': here.runtimeVersion,
    'process.runtime.description': 'Node.js',
  });
}

/** `host.*` and `os.*`. */
export function detectHost(here: Surroundings): Attributes {
  const machineId = here.readFile('/etc/machine-id') ?? here.readFile('/var/lib/dbus/machine-id');
  return present({
    'host.name': here.environment['HOSTNAME'] || here.hostName,
    'host.arch': HOST_ARCH.get(here.architecture) ?? here.architecture,
    'host.id': machineId?.trim(),
    'os.type': OS_TYPE.get(here.platform) ?? here.platform,
    'os.version': here.osRelease,
  });
}

const CONTAINER_ID = /(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])/;
/** A Fargate task id and the container's own number. */
const FARGATE_ID = /\/ecs\/[0-9a-f]{32}\/([0-9a-f]{32}-\d{1,20})$/m;

/** `container.id` from cgroup v1 paths, or, under v2, from the mounts of the container's own host files. */
export function detectContainer(here: Surroundings): Attributes {
  const cgroup = here.readFile('/proc/self/cgroup') ?? '';
  const fromCgroup = FARGATE_ID.exec(cgroup)?.[1] ?? CONTAINER_ID.exec(cgroup)?.[1];
  if (fromCgroup !== undefined) return { 'container.id': fromCgroup };
  for (const line of (here.readFile('/proc/self/mountinfo') ?? '').split('\n')) {
    // Overlay layers have such names as well; only the files that runtimes put in name the container.
    if (!/ \/etc\/(?:hostname|hosts|resolv\.conf) /.test(line)) continue;
    const id = CONTAINER_ID.exec(line)?.[1];
    if (id !== undefined) return { 'container.id': id };
  }
  return {};
}
