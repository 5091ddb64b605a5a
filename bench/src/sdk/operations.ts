import type { Context, SpanContext, TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import type { RegisteredApi, Subject } from '../subjects/subject.ts';
import type { OperationName } from './scenarios.ts';
import { flat, type SpanStrings, STRINGS_PER_SPAN } from './workload.ts';

/** `span` numbers the operation within its round, for the strings. */
export type Operation = (span: number, strings: SpanStrings) => void | Promise<void>;

const NAMES: readonly string[] = ['GET /orders/:id', 'POST /orders', 'GET /users/:id', 'SELECT shop.orders'];
const SERVER = 1;
const CLIENT = 2;
const REMOTE: SpanContext = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
  isRemote: true,
};
type Carrier = Record<string, string>;
const setter: TextMapSetter<Carrier> = {
  set: (carrier, key, value) => {
    carrier[key] = value;
  },
};
const OTHER_HEADERS: readonly (readonly [string, string])[] = [
  ['host', 'shop.example.com'],
  ['user-agent', 'measured'],
  ['accept', '*/*'],
];
const getter: TextMapGetter<Carrier> = { keys: (carrier) => Object.keys(carrier), get: (carrier, key) => carrier[key] };

/** What is measured; undefined where the subject has no such thing. */
export function operationOf(name: OperationName, subject: Subject): Operation | undefined {
  return subject.kind === 'datadog' ? datadogOperation(name, subject.tracer) : apiOperation(name, subject);
}

/** Whether it is over when its promise resolves. */
export function isAsyncOperation(name: OperationName): boolean {
  return name === 'nest-3' || name === 'request-4';
}

type OpenTelemetrySubject = Extract<Subject, { readonly kind: 'opentelemetry' }>;

function apiOperation(name: OperationName, { api, tracer }: OpenTelemetrySubject): Operation {
  switch (name) {
    case 'span-0':
      return (span) => tracer.startSpan(NAMES[span & 3] ?? '').end();
    case 'span-10':
      return (at, strings) => {
        const s = at * STRINGS_PER_SPAN;
        const span = tracer.startSpan(NAMES[at & 3] ?? '', {
          kind: SERVER,
          attributes: {
            'http.request.method': strings[s],
            'url.path': strings[s + 1],
            'server.address': strings[s + 2],
            'user_agent.original': strings[s + 3],
            'client.address': strings[s + 4],
            'network.protocol.version': strings[s + 5],
          },
        });
        span.setAttribute('http.response.status_code', 200 + (at & 3));
        span.setAttribute('http.response.body.size', at * 7);
        span.setAttributes({ 'http.route': strings[s + 6], 'user.id': strings[s + 7] });
        span.end();
      };
    case 'sampled-out-child': {
      const inside = api.trace.setSpan(api.rootContext, tracer.startSpan('parent'));
      return (span) => tracer.startSpan(NAMES[span & 3] ?? '', undefined, inside).end();
    }
    case 'extract-child': {
      const carriers = incomingHeaders(api);
      return (span) => {
        const context = api.propagation.extract(api.rootContext, carriers[span & 1023] ?? {}, getter);
        tracer.startSpan(NAMES[span & 3] ?? '', { kind: SERVER }, context).end();
      };
    }
    case 'inject': {
      const inside = api.trace.setSpan(api.rootContext, tracer.startSpan('parent'));
      return () => api.propagation.inject(inside, {}, setter);
    }
    case 'span-inject':
      return (at) => {
        const span = tracer.startSpan(NAMES[at & 3] ?? '');
        api.propagation.inject(api.trace.setSpan(api.rootContext, span), {}, setter);
        span.end();
      };
    case 'nest-3':
      return () =>
        tracer.startActiveSpan('outer', async (outer) => {
          await tracer.startActiveSpan('middle', async (middle) => {
            await tracer.startActiveSpan('inner', async (inner) => {
              await Promise.resolve();
              inner.end();
            });
            middle.end();
          });
          outer.end();
        });
    case 'request-4':
      return requestOperation({ api, tracer });
    default:
      return name satisfies never;
  }
}

/** What instrumentations do for a request with three calls: everything that tracing has parts for. */
function requestOperation({ api, tracer }: Pick<OpenTelemetrySubject, 'api' | 'tracer'>): Operation {
  const carriers = incomingHeaders(api);
  const call = async (name: string): Promise<void> => {
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db.example.com' };
    await tracer.startActiveSpan(name, { kind: CLIENT, attributes }, async (span) => {
      api.propagation.inject(api.context.active(), {}, setter);
      await Promise.resolve();
      span.setAttribute('db.response.returned_rows', 3);
      span.end();
    });
  };
  return async (at) => {
    const parent = api.propagation.extract(api.rootContext, carriers[at & 1023] ?? {}, getter);
    const attributes = {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'url.path': '/orders/42',
      'server.address': 'shop.example.com',
      'network.protocol.version': '1.1',
      'user_agent.original': 'measured/1.0',
    };
    await tracer.startActiveSpan('GET /orders/:id', { kind: SERVER, attributes }, parent, async (span) => {
      for (const name of NAMES.slice(1)) await call(name);
      span.setAttribute('http.response.status_code', 200);
      span.end();
    });
  };
}

type DatadogSubject = Extract<Subject, { readonly kind: 'datadog' }>;

function datadogOperation(name: OperationName, tracer: DatadogSubject['tracer']): Operation | undefined {
  switch (name) {
    case 'span-0':
      return (span) => tracer.startSpan(NAMES[span & 3] ?? '').finish();
    case 'span-10':
      return (at, strings) => {
        const s = at * STRINGS_PER_SPAN;
        const span = tracer.startSpan(NAMES[at & 3] ?? '', {
          tags: {
            'http.request.method': strings[s] ?? '',
            'url.path': strings[s + 1] ?? '',
            'server.address': strings[s + 2] ?? '',
            'user_agent.original': strings[s + 3] ?? '',
            'client.address': strings[s + 4] ?? '',
            'network.protocol.version': strings[s + 5] ?? '',
          },
        });
        span.setTag('http.response.status_code', 200 + (at & 3));
        span.setTag('http.response.body.size', at * 7);
        span.addTags({ 'http.route': strings[s + 6] ?? '', 'user.id': strings[s + 7] ?? '' });
        span.finish();
      };
    default:
      return undefined;
  }
}

/**
 * Of 1,024 requests, so that no header is the same text as the one before. Made as `node:http` makes them, one header
 * after the other: objects of a spread have each a shape of their own on Node 20, which those of requests have not.
 */
function incomingHeaders({ propagation, rootContext, trace }: RegisteredApi): readonly Carrier[] {
  return Array.from({ length: 1_024 }, (_, n) => {
    const carrier: Carrier = {};
    const spanId = (0x1000_0000 + n).toString(16).padStart(16, '0');
    const context: Context = trace.setSpanContext(rootContext, { ...REMOTE, spanId });
    propagation.inject(context, carrier, setter);
    for (const [name, value] of Object.entries(carrier)) carrier[name] = flat(value);
    for (const [name, value] of OTHER_HEADERS) carrier[name] = value;
    return carrier;
  });
}
