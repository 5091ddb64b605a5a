import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { serverFolder, serverOwner } from './server-owner.ts';
import { startServerProcess, type TestServer } from './server-process.ts';

/**
 * A RabbitMQ of its own, without plugins; user and password are `guest`. `program` is RabbitMQ's start script. Erlang's
 * port mapper is one of its own too: the node would else start one that outlives it, or join the machine's.
 */
export async function startRabbitmq(program: string): Promise<TestServer> {
  const owner = serverOwner('rabbitmq');
  const folder = serverFolder('rabbitmq', owner);
  let mapper: { stop(signal: NodeJS.Signals): Promise<void> } | undefined;
  try {
    const [port = 0, distributionPort = 0, mapperPort = 0] = await freePorts(3);
    const config = join(folder.path, 'rabbitmq.conf');
    const plugins = join(folder.path, 'enabled_plugins');
    writeFileSync(config, `listeners.tcp.1 = 127.0.0.1:${port}\nlog.file = false\nlog.console = true\n`);
    writeFileSync(plugins, '[].\n');
    const epmd = { ERL_EPMD_PORT: String(mapperPort), ERL_EPMD_ADDRESS: '127.0.0.1' };
    mapper = await startServerProcess({ program: 'epmd', args: [], owner, cwd: folder.path, env: epmd });
    const server = await startServerProcess({
      program,
      args: [],
      owner,
      cwd: folder.path,
      env: {
        ...epmd,
        RABBITMQ_NODENAME: `throughline-${port}@localhost`,
        RABBITMQ_DIST_PORT: String(distributionPort),
        RABBITMQ_MNESIA_BASE: join(folder.path, 'mnesia'),
        RABBITMQ_LOG_BASE: join(folder.path, 'log'),
        RABBITMQ_LOGS: '-',
        RABBITMQ_CONFIG_FILE: config,
        RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        // The script becomes the server then, so that its process id and its signals are the server's.
        RUNNING_UNDER_SYSTEMD: 'true',
      },
      readyLine: 'Server startup complete',
    });
    return {
      port,
      [Symbol.asyncDispose]: async () => {
        await server.stop('SIGTERM');
        await mapper?.stop('SIGTERM');
        folder.remove();
      },
    };
  } catch (error) {
    await mapper?.stop('SIGTERM');
    folder.remove();
    throw error;
  }
}
