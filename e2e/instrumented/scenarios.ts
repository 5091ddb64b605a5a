import type { ServerName } from '../../scripts/servers.ts';

/** A request to the shop; what it does there is what is traced. */
export interface Scenario {
  readonly name: string;
  readonly method?: string;
  /** Without the scenario's name, which is added to the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly needs?: readonly ServerName[];
  readonly status: number;
}

const json = { 'content-type': 'application/json' };
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7';

export const scenarios: readonly Scenario[] = [
  { name: 'query', path: '/orders/1', needs: ['postgresql'], status: 200 },
  {
    name: 'transaction',
    method: 'POST',
    path: '/orders',
    headers: json,
    body: '{"product":"lamp","quantity":2}',
    needs: ['postgresql'],
    status: 201,
  },
  { name: 'query-callbacks', path: '/callbacks', needs: ['postgresql'], status: 200 },
  { name: 'query-errors', path: '/sql-error', needs: ['postgresql'], status: 204 },
  { name: 'redis', path: '/cache/lamp', needs: ['redis'], status: 200 },
  { name: 'message', method: 'POST', path: '/messages', needs: ['rabbitmq'], status: 202 },
  { name: 'refused-message', method: 'POST', path: '/bad-messages', needs: ['rabbitmq'], status: 202 },
  {
    name: 'three-servers',
    method: 'POST',
    path: '/checkout',
    needs: ['postgresql', 'redis', 'rabbitmq'],
    status: 201,
  },
  { name: 'fetch', path: '/fetch', status: 200 },
  { name: 'undici', path: '/undici', status: 204 },
  { name: 'node-http', path: '/node-http', status: 204 },
  { name: 'failing-calls', path: '/failing-calls', status: 204 },
  { name: 'suppressed', path: '/suppressed', status: 204 },
  { name: 'grpc-unary', path: '/grpc/unary', status: 200 },
  { name: 'grpc-not-found', path: '/grpc/not-found', status: 200 },
  { name: 'grpc-deadline', path: '/grpc/deadline', status: 200 },
  { name: 'grpc-server-stream', path: '/grpc/watch', status: 200 },
  { name: 'grpc-client-stream', path: '/grpc/sum', status: 200 },
  { name: 'grpc-both-streams', path: '/grpc/convert', status: 200 },
  { name: 'throws', path: '/throws', status: 500 },
  { name: 'rejects', path: '/rejects', status: 500 },
  { name: 'next-error', path: '/next-error', status: 500 },
  { name: 'not-found', path: '/nowhere', status: 404 },
  { name: 'malformed-body', method: 'POST', path: '/any', headers: json, body: '{', status: 400 },
  { name: 'unusual-method', method: 'PROPFIND', path: '/any', status: 204 },
  { name: 'chunks', path: '/chunks', status: 200 },
  { name: 'context', path: '/context', status: 204 },
  { name: 'span-api', path: '/span-api', status: 200 },
  {
    name: 'remote-parent',
    path: '/fetch',
    headers: {
      traceparent: `${traceparent}-01`,
      tracestate: 'vendor=a:1,other=b',
      baggage: 'customer=jane%20doe;level=gold,region=eu',
      'user-agent': 'test/1.0',
      'x-forwarded-for': '203.0.113.7',
    },
    status: 200,
  },
  {
    name: 'malformed-parent',
    path: '/fetch',
    headers: { traceparent: `${traceparent}-1`, baggage: ';;' },
    status: 200,
  },
];

/** Of this one nothing may be recorded, on either SDK. */
export const unsampled: Scenario = {
  name: 'unsampled',
  path: '/fetch',
  headers: { traceparent: `${traceparent}-00` },
  status: 200,
};
