import { trace } from '@opentelemetry/api';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';

import { memoryExporter, startTracing, type StartTracingOptions, type Tracing } from '../../src/index.ts';
import { planHttpTracing } from '../../src/start/http-tracing.ts';

let tracing: Tracing | undefined;
afterEach(async () => {
  await tracing?.shutdown();
  tracing = undefined;
});

/** The names of the spans that one request leaves. */
async function spansOfRequest(options: StartTracingOptions): Promise<(string | undefined)[]> {
  const exporter = memoryExporter();
  tracing = startTracing({ logLevel: 'none', exporters: [], customExporters: [exporter], ...options });
  const server = http.createServer((_request, response) => response.end(String(trace.getActiveSpan() !== undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address.
  const { port } = server.address() as AddressInfo;
  const request = http.get({ host: '127.0.0.1', port, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  await once(request, 'close');
  server.close();
  await once(server, 'close');
  await tracing.forceFlush();
  return exporter.spans.map((span) => span.name);
}

function official(name: string): {
  disabled: number;
  instrumentationName: string;
  enable(): void;
  disable(): void;
  setTracerProvider(): void;
} {
  return {
    disabled: 0,
    instrumentationName: name,
    enable() {},
    disable() {
      this.disabled++;
    },
    setTracerProvider() {},
  };
}

describe('startTracing', () => {
  test.each<[string, StartTracingOptions, number]>([
    ['without a choice', {}, 2],
    ['own', { http: 'own' }, 2],
    ['options', { http: { outgoing: false } }, 1],
    ['official', { http: 'official' }, 0],
    ['off', { http: 'off' }, 0],
    ['disabled', { disabled: true }, 0],
  ])('%s', async (_what, options, count) => {
    expect(await spansOfRequest(options)).toHaveLength(count);
  });

  test('HTTP is left alone after shutdown', async () => {
    const { request } = http;
    await spansOfRequest({});
    expect(http.request).not.toBe(request);
    await tracing?.shutdown();
    expect(http.request).toBe(request);
  });
});

describe('official instrumentations', () => {
  test.each([
    [undefined, ['http', 'pg'], undefined, 0],
    ['official' as const, ['http', 'pg'], undefined, 0],
    ['own' as const, ['pg'], {}, 1],
    [{ fetch: false }, ['pg'], { fetch: false }, 1],
    ['off' as const, ['pg'], undefined, 1],
  ])('with the choice %o', (choice, names, options, disabled) => {
    const given = ['http', 'pg'].map((name) => official(`@opentelemetry/instrumentation-${name}`));
    const plan = planHttpTracing(choice, given);
    expect(plan.instrumentations.map((each) => each.instrumentationName)).toEqual(
      names.map((name) => `@opentelemetry/instrumentation-${name}`),
    );
    expect(plan.options).toEqual(options);
    expect(given[0]?.disabled).toBe(disabled);
  });

  test('without official ones for HTTP, ours is on', () => {
    expect(planHttpTracing(undefined, [official('@opentelemetry/instrumentation-pg')]).options).toEqual({});
  });
});
