import type { SpanStore } from '@throughline/store';
import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { jaegerApi, mcpApi, nativeApi, openApi, type QueryApiOptions, queryRouterOptions } from '../src/index.ts';
import { EPOCH_UNIX_NANO } from './spans.ts';

/** The clock of all tests: ten minutes after the epoch of the test spans. */
const NOW_UNIX_NANO = EPOCH_UNIX_NANO + 600_000_000_000n;

export interface TestApi {
  readonly app: FastifyInstance;
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** The answer's JSON, which must come with status 200. Untyped: what it is is what the tests are about. */
  // oxlint-disable-next-line typescript/no-explicit-any
  json(url: string, headers?: Record<string, string>): Promise<any>;
}

/** All of the package's plugins over a store, without a socket. */
export async function testApi(store: SpanStore, options: Partial<QueryApiOptions> = {}): Promise<TestApi> {
  const app = Fastify({ routerOptions: queryRouterOptions });
  await app.register(openApi, { version: '1.2.3' });
  const apiOptions = { store, version: '1.2.3', nowUnixNano: () => NOW_UNIX_NANO, ...options };
  await app.register(nativeApi, apiOptions);
  await app.register(jaegerApi, apiOptions);
  await app.register(mcpApi, { version: '1.2.3' });
  const get = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'GET', url, headers });
  return {
    app,
    get,
    json: async (url, headers) => {
      const response = await get(url, headers);
      if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`);
      return response.json();
    },
  };
}
