import { globSync } from 'node:fs';
import { delimiter } from 'node:path';
import { findProgram, installDebianPackages } from './debian.ts';

/** Servers that tests start for themselves when their programs are there. */
export type ServerName = 'postgresql' | 'redis' | 'rabbitmq';

/** The Debian package of each, which is what a person without it is told to install. */
const PACKAGES: Readonly<Record<ServerName, string>> = {
  postgresql: 'postgresql',
  redis: 'redis-server',
  rabbitmq: 'rabbitmq-server',
};

/**
 * The program that starts a server, or undefined if it is not installed. PostgreSQL's are found where Debian keeps them
 * too, the newest first; RabbitMQ's own start script is meant, because Debian's one on the path writes to /var.
 */
export function findServer(name: ServerName): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  if (name === 'redis') return findProgram(['redis-server'], path);
  if (name === 'rabbitmq') return findProgram(['rabbitmq-server'], ['/usr/lib/rabbitmq/bin', ...path]);
  const versions = globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) =>
    b.localeCompare(a, 'en', { numeric: true }),
  );
  return findProgram(['postgres'], [...versions, ...path]);
}

export function missingServers(): readonly ServerName[] {
  const names: readonly ServerName[] = ['postgresql', 'redis', 'rabbitmq'];
  return names.filter((name) => findServer(name) === undefined);
}

/** How to get them; for the line that says what is skipped. */
export function installCommand(names: readonly ServerName[]): string {
  return `apt-get install --no-install-recommends ${names.map((name) => PACKAGES[name]).join(' ')}`;
}

/** Installs Debian's packages of these servers. Returns whether it worked. */
export function installServers(names: readonly ServerName[]): boolean {
  return installDebianPackages(...names.map((name) => PACKAGES[name]));
}
