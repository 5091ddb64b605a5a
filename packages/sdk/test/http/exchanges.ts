import { context, type Span, trace } from '@opentelemetry/api';
import { getRPCMetadata, suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';

/** A request, or a few, between a server and clients of one process that is instrumented. */
export interface Exchange {
  readonly name: string;
  /** How many spans it makes, with the official instrumentation and with ours. */
  readonly spanCount: number;
  run(port: number): Promise<void>;
}

/** Whose modules a bundled program uses that are not in the bundle. */
export const MODULES_OF: string = process.env['EXCHANGE_MODULES_OF'] ?? import.meta.url;

// The newest undici that the repository has, beside the one inside Node.
const undici = createRequire(MODULES_OF)('undici') as {
  request(url: string, options: object): Promise<{ readonly body: { dump(): Promise<void> } }>;
};
const agent = new http.Agent({ keepAlive: true });

async function read(response: IncomingMessage): Promise<void> {
  response.resume();
  await once(response, 'end');
}

async function get(port: number, path: string, options: http.RequestOptions = {}): Promise<void> {
  const request = http.get({ host: '127.0.0.1', port, path, agent, ...options });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await read(response);
}

/** Waits for an event, whatever errors come before it. */
async function eventually(emitter: NodeJS.EventEmitter, event: string): Promise<void> {
  await new Promise<void>((resolve) => {
    emitter.on('error', () => {});
    emitter.on(event, () => resolve());
  });
}

/** The server of all exchanges. */
export const listener: http.RequestListener = (request, response) => {
  const path = request.url?.split('?')[0];
  switch (path) {
    case '/500':
      response.writeHead(500).end();
      return;
    case '/404':
      response.writeHead(404).end();
      return;
    case '/route/7': {
      const metadata = getRPCMetadata(context.active());
      if (metadata !== undefined) metadata.route = '/route/:id';
      response.end();
      return;
    }
    case '/redirect':
      response.writeHead(302, { location: '/' }).end();
      return;
    case '/echo':
      request.pipe(response);
      return;
    case '/nested': {
      // From a listener of the request, where only bound contexts are left.
      request.on('end', () => {
        inSpan('work', () => {
          const port = request.socket.localPort ?? 0;
          http.get({ host: '127.0.0.1', port, path: '/404?from=nested', agent }, (inner) => {
            inner.on('data', () => {});
            inner.on('end', () => inSpan('after', () => response.end()));
            inner.resume();
          });
        });
      });
      request.resume();
      return;
    }
    case '/break':
      response.writeHead(200, { 'content-length': '100' });
      response.write('part', () => response.destroy());
      return;
    case '/part':
      response.write('part');
      return;
    case '/hang':
      return;
    default:
      response.setHeader('x-answer', ['a', 'b']);
      response.end('hello');
  }
};

function inSpan(name: string, run: (span: Span) => void): void {
  trace.getTracer('exchange').startActiveSpan(name, (span) => {
    run(span);
    span.end();
  });
}

export const exchanges: readonly Exchange[] = [
  {
    name: 'get',
    spanCount: 2,
    run: (port) => get(port, '/plain', { headers: { 'user-agent': 'exchange/1', 'x-asked': 'yes' } }),
  },
  { name: 'query', spanCount: 2, run: (port) => get(port, '/search?q=tea&page=2&sig=secret') },
  { name: 'query with encoded characters', spanCount: 2, run: (port) => get(port, '/search?q=a%20b&empty') },
  {
    name: 'text and options',
    spanCount: 2,
    run: async (port) => {
      const request = http.request(`http://user:pass@127.0.0.1:${port}/text`, { method: 'DELETE', agent });
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await read(response);
    },
  },
  {
    name: 'body',
    spanCount: 2,
    run: async (port) => {
      const request = http.request({ host: '127.0.0.1', port, path: '/echo', method: 'POST', agent });
      request.end('body');
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await read(response);
    },
  },
  { name: 'not found', spanCount: 2, run: (port) => get(port, '/404') },
  { name: 'server error', spanCount: 2, run: (port) => get(port, '/500') },
  { name: 'route', spanCount: 2, run: (port) => get(port, '/route/7') },
  { name: 'nested', spanCount: 6, run: (port) => get(port, '/nested') },
  {
    name: 'caller in a span',
    spanCount: 3,
    run: (port) =>
      trace.getTracer('exchange').startActiveSpan('caller', async (span) => {
        await get(port, '/plain');
        span.end();
      }),
  },
  {
    name: 'proxy',
    spanCount: 2,
    run: (port) =>
      get(port, '/plain', {
        headers: {
          'x-forwarded-for': '203.0.113.9, 10.0.0.1',
          'x-forwarded-host': 'shop.example:8443',
          'x-forwarded-proto': 'https',
        },
      }),
  },
  {
    name: 'forwarded',
    spanCount: 2,
    run: (port) =>
      get(port, '/plain', { headers: { forwarded: 'for="192.0.2.60:4711";host=shop.example;proto=http' } }),
  },
  { name: 'unknown method', spanCount: 2, run: (port) => get(port, '/plain', { method: 'PROPFIND' }) },
  {
    name: 'refused',
    spanCount: 1,
    run: () => eventually(http.get({ host: '127.0.0.1', port: 1, agent: false }), 'error'),
  },
  {
    name: 'broken response',
    spanCount: 2,
    run: async (port) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/break', agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await new Promise((resolve) => response.on('close', resolve));
    },
  },
  {
    name: 'cancelled',
    spanCount: 2,
    run: async (port) => {
      const controller = new AbortController();
      const request = http.get({ host: '127.0.0.1', port, path: '/hang', agent: false, signal: controller.signal });
      request.on('finish', () => setImmediate(() => controller.abort()));
      await eventually(request, 'close');
    },
  },
  {
    name: 'body left',
    spanCount: 2,
    run: async (port) => {
      const request = http.get({ host: '127.0.0.1', port, path: '/part', agent: false });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      for await (const _chunk of response) break;
    },
  },
  {
    name: 'suppressed',
    spanCount: 1,
    run: (port) => context.with(suppressTracing(context.active()), () => get(port, '/plain')),
  },
  { name: 'ignored', spanCount: 0, run: (port) => get(port, '/ignored') },
  {
    name: 'fetch',
    spanCount: 2,
    run: async (port) => {
      await (await fetch(`http://127.0.0.1:${port}/plain?q=tea`, { headers: { 'user-agent': 'exchange/1' } })).text();
    },
  },
  {
    name: 'fetch with a body',
    spanCount: 2,
    run: async (port) => {
      await (await fetch(`http://127.0.0.1:${port}/echo`, { method: 'POST', body: 'body' })).text();
    },
  },
  {
    name: 'fetch with a redirect',
    spanCount: 4,
    run: async (port) => {
      await (await fetch(`http://127.0.0.1:${port}/redirect`)).text();
    },
  },
  {
    name: 'fetch of a failing server',
    spanCount: 2,
    run: async (port) => {
      await (await fetch(`http://127.0.0.1:${port}/500`)).text();
    },
  },
  {
    name: 'fetch refused',
    spanCount: 1,
    run: async () => {
      await fetch('http://127.0.0.1:2/').catch(() => {});
    },
  },
  {
    name: 'fetch cancelled',
    spanCount: 2,
    run: async (port) => {
      const controller = new AbortController();
      const answer = fetch(`http://127.0.0.1:${port}/break`, { signal: controller.signal });
      const response = await answer;
      controller.abort();
      await response.text().catch(() => {});
    },
  },
  {
    name: 'undici',
    spanCount: 2,
    run: async (port) => {
      const { body } = await undici.request(`http://127.0.0.1:${port}/plain`, { method: 'PUT', body: 'x' });
      await body.dump();
    },
  },
];
