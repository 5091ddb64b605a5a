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
const SECRET_OPTION = /password|passwd|token|secret|key|auth|credential/i;
const HIDDEN = '[REDACTED]';
const MAX_ARGUMENTS = 64;
const MAX_ARGUMENT_LENGTH = 256;

/**
 * A command line that can be shown: values of options whose names look secret, and passwords in URLs, are hidden; long
 * arguments and lists are cut.
 */
export function shownArguments(argv: readonly string[]): string[] {
  let hideNext = false;
  return argv.slice(0, MAX_ARGUMENTS).map((argument) => {
    const hide = hideNext && !argument.startsWith('-');
    hideNext = false;
    if (hide) return HIDDEN;
    const equals = argument.indexOf('=');
    const name = equals < 0 ? argument : argument.slice(0, equals);
    if (SECRET_OPTION.test(name)) {
      if (equals >= 0) return `${name.slice(0, MAX_ARGUMENT_LENGTH)}=${HIDDEN}`;
      hideNext = argument.startsWith('-');
    }
    return argument.slice(0, MAX_ARGUMENT_LENGTH).replace(/\/\/[^/\s@]*@/g, `//${HIDDEN}@`);
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
