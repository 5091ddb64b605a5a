import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Subject } from '../subjects/subject.ts';
import type { Variant } from './variants.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const SERVER = 1;
const CLIENT = 2;
const BODY = JSON.stringify({ id: 42, items: [{ sku: 'A-1', count: 3 }], total: 99.5 });
/** The calls of a request, each of them a child span. */
const CALLS: readonly string[] = ['SELECT shop.orders', 'GET inventory', 'cache get'];

/** What a call waits for; as little as can be, so that tracing is what is seen. */
async function work(): Promise<void> {
  await Promise.resolve();
}

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': BODY.length }).end(BODY);
}

/** The handler of a variant: the same work for all of them. */
export function handlerOf({ isManual, isContextOnly }: Variant, subject: Subject | undefined): Handler {
  if (subject?.kind === 'datadog') return datadogHandler(subject);
  if (subject !== undefined) return isManual === true ? manualHandler(subject) : tracedHandler(subject);
  return isContextOnly === true ? contextHandler() : plainHandler();
}

function plainHandler(): Handler {
  const serve = async (response: ServerResponse): Promise<void> => {
    for (const _call of CALLS) await work();
    answer(response);
  };
  return (_request, response) => void serve(response);
}

function contextHandler(): Handler {
  const storage = new AsyncLocalStorage<object>();
  const serve = async (response: ServerResponse): Promise<void> => {
    for (const name of CALLS) await storage.run({ name }, work);
    answer(response);
  };
  return (_request, response) => void storage.run({ name: 'server' }, serve, response);
}

type OpenTelemetrySubject = Extract<Subject, { readonly kind: 'opentelemetry' }>;

function childSpans({ tracer }: OpenTelemetrySubject): (response: ServerResponse) => Promise<void> {
  return async (response) => {
    for (const name of CALLS) {
      const attributes = { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db.example.com' };
      await tracer.startActiveSpan(name, { kind: CLIENT, attributes }, async (span) => {
        await work();
        span.setAttribute('db.response.returned_rows', 3);
        span.end();
      });
    }
    answer(response);
  };
}

function tracedHandler(subject: OpenTelemetrySubject): Handler {
  const serve = childSpans(subject);
  return (_request, response) => void serve(response);
}

/** What an instrumentation of HTTP does at the least. */
function manualHandler(subject: OpenTelemetrySubject): Handler {
  const serve = childSpans(subject);
  const { api, tracer } = subject;
  return (request, response) => {
    const { method = '', url = '', headers, socket } = request;
    const parent = api.propagation.extract(api.rootContext, headers);
    const options = {
      kind: SERVER,
      attributes: {
        'http.request.method': method,
        'url.scheme': 'http',
        'url.path': url,
        'server.address': headers.host ?? '',
        'network.peer.address': socket.remoteAddress ?? '',
        'network.peer.port': socket.remotePort ?? 0,
        'network.protocol.version': request.httpVersion,
        'user_agent.original': headers['user-agent'] ?? '',
      },
    };
    void tracer.startActiveSpan(`${method} /orders/:id`, options, parent, async (span) => {
      await serve(response);
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
  };
}

function datadogHandler({ tracer }: Extract<Subject, { readonly kind: 'datadog' }>): Handler {
  const serve = async (response: ServerResponse): Promise<void> => {
    for (const name of CALLS) {
      const tags = { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'server.address': 'db.example.com' };
      await tracer.trace(name, { tags }, async (span) => {
        await work();
        span.setTag('db.response.returned_rows', 3);
      });
    }
    answer(response);
  };
  return (_request, response) => void serve(response);
}
