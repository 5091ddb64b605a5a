import { freePorts } from './free-ports.ts';
import { serverFolder, serverOwner } from './server-owner.ts';
import { startServerProcess, type TestServer } from './server-process.ts';

/** A Redis of its own that keeps nothing. `program` is `redis-server`. */
export async function startRedis(program: string): Promise<TestServer> {
  const owner = serverOwner('redis');
  const folder = serverFolder('redis', owner);
  try {
    const [port = 0] = await freePorts(1);
    const server = await startServerProcess({
      program,
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder.path],
      owner,
      cwd: folder.path,
      readyLine: 'Ready to accept connections',
    });
    return {
      port,
      [Symbol.asyncDispose]: async () => {
        await server.stop('SIGTERM');
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
