import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { serviceName, type Span, SpanKind, StatusCode } from '@throughline/model';
import { decodeOtlpJson } from '@throughline/wire';
import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findServer, installCommand } from '../../scripts/servers.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import type { TestServer } from '../servers/server-process.ts';
import { treeOf } from '../span-tree.ts';

const APP = fileURLToPath(new URL('app/', import.meta.url));
const rabbitmqProgram = findServer('rabbitmq');
if (rabbitmqProgram === undefined) {
  console.warn(`Traces through RabbitMQ are not tested: run "${installCommand(['rabbitmq'])}".`);
}

/** A line of the warehouse's log, as pino writes it. */
interface LogLine {
  readonly msg: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly http?: number;
  readonly grpc?: number;
}

let product: ThroughlineProcess;
let rabbitmq: TestServer | undefined;
const log: LogLine[] = [];
const errors: string[] = [];

/** Starts one of the services with our SDK preloaded. */
function startService(name: string, exporter: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  const args = ['--conditions=throughline-source', '--import', './tracing.mjs', `${name}.mjs`];
  const child = spawn(process.execPath, args, {
    cwd: APP,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      OTEL_SERVICE_NAME: name,
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'grpc',
      ...(rabbitmq === undefined ? {} : { AMQP_PORT: String(rabbitmq.port) }),
      ...exporter,
      ...env,
    },
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  return { child, closed: once(child, 'close') };
}

beforeAll(async () => {
  [product, rabbitmq] = await Promise.all([
    startThroughline(['--store', 'memory:']),
    rabbitmqProgram === undefined ? undefined : startRabbitmq(rabbitmqProgram),
  ]);
  const warehouse = startService(
    'warehouse',
    { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: product.listen['otlp-grpc'] ?? '' },
    {},
  );
  const said = new Map(['ready', 'handled'].map((msg) => [msg, Promise.withResolvers<LogLine>()] as const));
  createInterface({ input: warehouse.child.stdout }).on('line', (text) => {
    // The service logs JSON objects only.
    const line = JSON.parse(text) as LogLine;
    log.push(line);
    said.get(line.msg)?.resolve(line);
  });
  const { http, grpc } = await Promise.race([
    said.get('ready')?.promise ?? Promise.reject(new Error('unreachable')),
    warehouse.closed.then(() => Promise.reject(new Error(`the warehouse ended\n${errors.join('')}`))),
  ]);
  const orders = startService(
    'orders',
    { OTEL_EXPORTER_OTLP_ENDPOINT: product.listen['otlp-http'] ?? '', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
    { HTTP_PORT: String(http), GRPC_PORT: String(grpc) },
  );
  await orders.closed;
  if (rabbitmq !== undefined) await said.get('handled')?.promise;
  warehouse.child.stdin.end();
  await warehouse.closed;
  expect(errors).toEqual([]);
  expect([orders.child.exitCode, warehouse.child.exitCode]).toEqual([0, 0]);
}, 240_000);

afterAll(async () => {
  await product?.stop();
  await rabbitmq?.[Symbol.asyncDispose]();
}, 60_000);

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(`${product.listen['http'] ?? ''}${path}`);
  expect(response.status).toBe(200);
  return response.json();
}

interface FoundTrace {
  readonly trace_id: string;
  readonly span_count: number;
  readonly root_service: string;
  readonly root_operation: string;
}

async function search(parameters: Readonly<Record<string, string>>): Promise<readonly FoundTrace[]> {
  // The native API's own answer.
  const { traces } = (await getJson(`/v1/traces?${new URLSearchParams(parameters).toString()}`)) as {
    readonly traces: readonly FoundTrace[];
  };
  return traces;
}

async function spansOf(traceId: string): Promise<readonly Span[]> {
  return decodeOtlpJson(JSON.stringify(await getJson(`/v1/traces/${traceId}?format=otlp`))).spans;
}

describe('two services traced by our SDK, in Throughline', () => {
  test('search finds a trace for every order, by service, operation and attribute', async () => {
    const found = await search({ service: 'orders' });
    expect(found.map(({ root_operation }) => root_operation).toSorted()).toEqual([
      'place order 0',
      'place order 1',
      'place order 2',
    ]);
    const refused = await search({ q: '{ span.order.status = 500 }' });
    expect(refused.map(({ root_operation }) => root_operation)).toEqual(['place order 2']);
    expect(await getJson('/v1/services')).toEqual(['orders', 'warehouse']);
    expect(await getJson('/v1/dependencies')).toMatchObject({
      edges: [{ parent: 'orders', child: 'warehouse', call_count: 6, error_count: 1 }],
    });
  });

  test('a trace goes from one process to the other by HTTP, gRPC and a message', async () => {
    const found = await search({ service: 'orders', operation: 'place order 1' });
    expect(found).toHaveLength(1);
    const spans = await spansOf(found[0]?.trace_id ?? '');
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === '');
    expect(roots).toHaveLength(1);
    expect(roots.map((root) => treeOf(root, spans))).toEqual([
      [
        'orders: place order 1 INTERNAL',
        ['orders: POST CLIENT', ['warehouse: POST SERVER', ['warehouse: reserve INTERNAL']]],
        [
          'orders: grpc.shop.Prices/Get CLIENT',
          ['warehouse: grpc.shop.Prices/Get SERVER', ['warehouse: price INTERNAL']],
        ],
        ...(rabbitmqProgram === undefined ? [] : [['orders: send orders PRODUCER']]),
      ],
    ]);
  });

  test('a failed call is an error on both sides', async () => {
    const [found] = await search({ q: '{ span.order.status = 500 }' });
    const failed = (await spansOf(found?.trace_id ?? '')).filter(({ status }) => status.code === StatusCode.ERROR);
    expect(new Set(failed.map(({ kind }) => kind))).toEqual(new Set([SpanKind.SERVER, SpanKind.CLIENT]));
    expect(failed).toHaveLength(2);
  });

  test.skipIf(rabbitmqProgram === undefined)('a batch of messages links to the sender of each', async () => {
    const [batch, ...more] = await search({ service: 'warehouse', operation: 'process orders' });
    expect(more).toEqual([]);
    const [span, ...children] = await spansOf(batch?.trace_id ?? '');
    expect(children).toEqual([]);
    expect(span?.kind).toBe(SpanKind.CONSUMER);
    const orders = await Promise.all((await search({ service: 'orders' })).map(({ trace_id }) => spansOf(trace_id)));
    const senders = orders.flat().filter(({ kind }) => kind === SpanKind.PRODUCER);
    expect(senders).toHaveLength(3);
    expect(span?.links.map(({ traceId, spanId }) => `${traceId} ${spanId}`).toSorted()).toEqual(
      senders.map(({ traceId, spanId }) => `${traceId} ${spanId}`).toSorted(),
    );
  });

  test('log lines name the span they were written in, and none outside of spans', async () => {
    const orders = await Promise.all((await search({ service: 'orders' })).map(({ trace_id }) => spansOf(trace_id)));
    const nameOf = new Map(orders.flat().map((span) => [`${span.traceId} ${span.spanId}`, span]));
    const lines = log.filter(({ msg }) => msg === 'asked' || msg === 'reserved');
    expect(lines.map(({ msg }) => msg)).toEqual(['asked', 'reserved', 'asked', 'reserved', 'asked', 'reserved']);
    for (const { msg, trace_id, span_id } of lines) {
      const span = nameOf.get(`${trace_id} ${span_id}`);
      expect(span === undefined ? undefined : serviceName(span.resource)).toBe('warehouse');
      if (msg === 'asked') expect(span?.kind).toBe(SpanKind.SERVER);
      else expect(span?.name).toBe('reserve');
    }
    expect(log.filter(({ msg }) => msg === 'ready' || msg === 'ending')).toEqual([
      expect.not.objectContaining({ trace_id: expect.anything() }),
      expect.not.objectContaining({ trace_id: expect.anything() }),
    ]);
  });
});
