/** One listener: its flag is `--NAME`, its config key `NAME` with underscores. */
export interface ListenerDefinition {
  readonly name: ListenerName;
  /** Port on 127.0.0.1 when nothing is said; undefined is off. */
  readonly defaultPort: number | undefined;
  readonly what: string;
  /** Whether this release has it. A listener without it accepts no value but `off`. */
  readonly available: boolean;
}

export type ListenerName =
  | 'http'
  | 'otlp-http'
  | 'otlp-grpc'
  | 'zipkin'
  | 'jaeger-http'
  | 'jaeger-grpc'
  | 'jaeger-udp-compact'
  | 'jaeger-udp-binary'
  | 'jaeger-query-grpc'
  | 'sampling'
  | 'sampling-grpc'
  | 'tempo';

export const LISTENERS: readonly ListenerDefinition[] = [
  { name: 'http', defaultPort: 16686, what: 'web UI, native API, Jaeger query API, OTLP/HTTP', available: true },
  { name: 'otlp-http', defaultPort: 4318, what: 'OTLP/HTTP', available: true },
  { name: 'otlp-grpc', defaultPort: 4317, what: 'OTLP/gRPC', available: true },
  { name: 'zipkin', defaultPort: 9411, what: 'Zipkin ingest and API', available: false },
  { name: 'jaeger-http', defaultPort: 14268, what: 'Jaeger Thrift over HTTP, OTLP/HTTP, native API', available: true },
  { name: 'jaeger-grpc', defaultPort: 14250, what: 'Jaeger gRPC collector', available: false },
  { name: 'jaeger-udp-compact', defaultPort: 6831, what: 'Jaeger UDP, compact Thrift', available: false },
  { name: 'jaeger-udp-binary', defaultPort: 6832, what: 'Jaeger UDP, binary Thrift', available: false },
  { name: 'jaeger-query-grpc', defaultPort: 16685, what: 'Jaeger gRPC query services', available: false },
  { name: 'sampling', defaultPort: 5778, what: 'remote sampling over HTTP', available: false },
  { name: 'sampling-grpc', defaultPort: 5779, what: 'remote sampling over gRPC', available: false },
  { name: 'tempo', defaultPort: undefined, what: "Tempo's API at the root", available: false },
];

/** The listener's key in the configuration file: its name with underscores. */
export function listenerKey(name: ListenerName): string {
  return name.replaceAll('-', '_');
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

const DEFAULT_HOST = '127.0.0.1';

/** `HOST:PORT`, `[IPV6]:PORT`, `PORT`, `0` (any free port) or `off`; undefined if it is none of these. */
export function parseListenAddress(value: string): ListenAddress | 'off' | undefined {
  if (value === 'off') return 'off';
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*):)?(\d{1,5})$/.exec(value);
  if (match === null) return undefined;
  const port = Number(match[2]);
  if (port > 65_535) return undefined;
  const host = match[1] === undefined || match[1] === '' ? DEFAULT_HOST : match[1].replace(/^\[|\]$/g, '');
  return { host, port };
}

/** `host:port` as it stands in a URL. */
export function formatAddress(address: ListenAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
