import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from './free-ports.ts';
import { serverFolder, serverOwner } from './server-owner.ts';
import { startServerProcess, type TestServer } from './server-process.ts';

const run = promisify(execFile);

/** A PostgreSQL of its own; the superuser `postgres` needs no password. `program` is `postgres`, with `initdb` beside it. */
export async function startPostgresql(program: string): Promise<TestServer> {
  const owner = serverOwner('postgres');
  const folder = serverFolder('postgresql', owner);
  try {
    const args = ['-D', folder.path, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await run(join(dirname(program), 'initdb'), args, { ...owner, cwd: folder.path });
    const [port = 0] = await freePorts(1);
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const server = await startServerProcess({
      program,
      args: ['-D', folder.path, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      owner,
      cwd: folder.path,
      readyLine: 'database system is ready to accept connections',
    });
    return {
      port,
      [Symbol.asyncDispose]: async () => {
        // PostgreSQL's fast shutdown: it does not wait for its clients.
        await server.stop('SIGINT');
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
