import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenarios.ts';

const APP = fileURLToPath(new URL('app/', import.meta.url));

export interface ShopOptions {
  /** How the application loads its modules. */
  readonly modules: 'esm' | 'cjs';
  /** Of the official SDK that runs, or whose `@opentelemetry/api` ours runs on. */
  readonly officialMajor: 2 | 3;
  readonly sdk: 'official' | 'throughline';
  /** With our SDK: who instruments HTTP. */
  readonly http?: 'official' | 'own';
  readonly otlpUrl: string;
  /** Of the servers on 127.0.0.1 that are there. */
  readonly serverPorts: { readonly postgresql?: number; readonly redis?: number; readonly rabbitmq?: number };
}

export interface ShopProcess {
  /** By which of its servers listens there. */
  readonly ports: Readonly<Record<string, number>>;
  /** Sends a scenario's request. Resolves with the status when the answer has ended. */
  send(scenario: Scenario): Promise<number>;
  /** Ends the application. Resolves when it has exported everything and exited. */
  stop(): Promise<{ readonly code: number | null; readonly errors: string }>;
}

/** Starts the application under `app/` with one of the SDKs preloaded, as its owner would, and waits until it listens. */
export async function startShop(options: ShopOptions): Promise<ShopProcess> {
  const { modules, sdk, serverPorts } = options;
  const preloads = ['--require', './one-api.cjs', '--require', `./tracing-${sdk}.cjs`];
  const args = ['--conditions=throughline-source', ...preloads];
  if (modules === 'esm') args.push('--import', './esm-hook.mjs');
  const main = modules === 'esm' ? 'main.mjs' : 'main.cjs';
  const child = spawn(process.execPath, [...args, main], {
    cwd: APP,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      OFFICIAL_SDK_MAJOR: String(options.officialMajor),
      HTTP_TRACING: options.http ?? 'official',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,team=a%20b',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpUrl,
      ...(serverPorts.postgresql === undefined ? {} : { PG_PORT: String(serverPorts.postgresql) }),
      ...(serverPorts.redis === undefined ? {} : { REDIS_PORT: String(serverPorts.redis) }),
      ...(serverPorts.rabbitmq === undefined ? {} : { AMQP_PORT: String(serverPorts.rabbitmq) }),
    },
  });
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface({ input: child.stdout });
  const ports = await Promise.race([
    // The application's first line is its ports by name.
    once(lines, 'line').then(([line]) => JSON.parse(line) as Record<string, number>),
    exited.then(([code]) => Promise.reject(new Error(`the shop ended with ${code} before it listened\n${errors}`))),
  ]);
  return {
    ports,
    send: (scenario) => send(scenario, ports['shop'] ?? 0),
    stop: async () => {
      child.stdin.end();
      await exited;
      return { code: child.exitCode, errors };
    },
  };
}

/** Over a connection of its own, so that no scenario depends on the one before it. */
async function send(scenario: Scenario, port: number): Promise<number> {
  const sent = request({
    agent: false,
    port,
    host: '127.0.0.1',
    method: scenario.method ?? 'GET',
    path: `${scenario.path}?scenario=${scenario.name}`,
    headers: { connection: 'close', ...scenario.headers },
  });
  sent.end(scenario.body);
  const [response] = await once(sent, 'response');
  await buffer(response);
  return response.statusCode;
}
