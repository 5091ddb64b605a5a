// Runs exchanges in a process with the official HTTP instrumentation or with ours (`official`, `own`, or both in their order:
// `own+official`), on our provider in any case. The second argument names exchanges; without it all are run.
// It is run as it is, and bundled for older releases of Node.js.
import { context, diag, propagation, trace } from '@opentelemetry/api';
import { EventEmitter, on, once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import {
  AsyncContextManager,
  createTracerProvider,
  instrumentHttp,
  memoryExporter,
  traceContextPropagator,
} from '../../src/index.ts';
import { exchanges, listener, MODULES_OF } from './exchanges.ts';

const exporter = memoryExporter();
const ended = new EventEmitter();
const provider = createTracerProvider({
  exporters: [exporter],
  spanProcessors: [
    {
      onStart() {},
      onEnd: () => void ended.emit('span'),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  ],
});
context.setGlobalContextManager(new AsyncContextManager());
propagation.setGlobalPropagator(traceContextPropagator());
trace.setGlobalTracerProvider(provider);

const headers = { request: ['x-asked'], response: ['x-answer'] };
const warnings: string[] = [];
const ignore = (): void => {};
diag.setLogger({ error: ignore, warn: (text) => warnings.push(text), info: ignore, debug: ignore, verbose: ignore });
for (const name of process.argv[2]?.split('+') ?? []) {
  if (name === 'official') useOfficial();
  else {
    instrumentHttp({
      ignoreIncoming: '/ignored',
      ignoreOutgoing: '/ignored',
      captureHeaders: { server: headers, client: headers },
    });
  }
}

interface Instrumentation {
  setTracerProvider(given: typeof provider): void;
}
type InstrumentationClass = new (config: object) => Instrumentation;

function useOfficial(): void {
  const load = createRequire(MODULES_OF);
  // What the modules export.
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http') as Record<string, InstrumentationClass>;
  const { UndiciInstrumentation } = load('@opentelemetry/instrumentation-undici') as Record<
    string,
    InstrumentationClass
  >;
  if (HttpInstrumentation === undefined || UndiciInstrumentation === undefined) throw new Error('no instrumentation');
  const captured = { requestHeaders: headers.request, responseHeaders: headers.response };
  const instrumentations = [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: (request: IncomingMessage) => request.url === '/ignored',
      ignoreOutgoingRequestHook: (request: http.RequestOptions) => request.path === '/ignored',
      headersToSpanAttributes: { server: captured, client: captured },
    }),
    new UndiciInstrumentation({ headersToSpanAttributes: captured }),
  ];
  for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider);
  // It patches what is required from now on; imports share the object.
  load('http');
}

const server = http.createServer(listener);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
// A TCP server's address.
const { port } = server.address() as AddressInfo;

const spans: Record<string, unknown> = {};
const names = process.argv[3]?.split(',');
for (const exchange of exchanges.filter(({ name }) => names?.includes(name) ?? true)) {
  // Ended before as well as after what `run` waits for.
  const ends = on(ended, 'span');
  await exchange.run(port);
  for (let count = 0; count < exchange.spanCount; count++) await ends.next();
  await ends.return?.();
  await provider.forceFlush();
  spans[exchange.name] = exporter.spans.map((span) => ({
    name: span.name,
    kind: span.kind,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    status: span.status,
    scope: span.scope.name,
    attributes: Object.fromEntries(span.attributes),
    events: span.events.map((event) => ({ name: event.name, attributes: Object.fromEntries(event.attributes) })),
  }));
  exporter.clear();
}
const text = JSON.stringify({ port, spans, warnings }, (_key, value: unknown) =>
  typeof value === 'bigint' ? Number(value) : value,
);
process.stdout.write(text, () => process.exit(0));
