interface SampleSpan {
  readonly service: string;
  readonly name: string;
  /** OTLP's span kind. */
  readonly kind: 1 | 2 | 3 | 4 | 5;
  readonly startMs: number;
  readonly endMs: number;
  readonly parent: number;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly events?: readonly { readonly atMs: number; readonly name: string; readonly attributes: SampleAttributes }[];
  readonly status?: { readonly code: 2; readonly message: string };
}

type SampleAttributes = Readonly<Record<string, string | number | boolean>>;

const HTTP = '@opentelemetry/instrumentation-http';
const POSTGRES = '@opentelemetry/instrumentation-pg';

/** An order that takes 200 ms. A parent is an index into the list. */
const SAMPLE: readonly SampleSpan[] = [
  {
    service: 'gateway',
    name: 'POST /orders',
    kind: 2,
    startMs: 0,
    endMs: 200,
    parent: -1,
    scope: HTTP,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/orders',
      'url.path': '/orders',
      'http.response.status_code': 201,
      'client.address': '203.0.113.24',
      'user_agent.original': 'ShopApp/4.2 (Android 15)',
    },
    events: [{ atMs: 1.4, name: 'rate limit checked', attributes: { 'rate_limit.remaining': 117 } }],
  },
  {
    service: 'gateway',
    name: 'POST auth /verify',
    kind: 3,
    startMs: 3,
    endMs: 27,
    parent: 0,
    scope: HTTP,
    attributes: { 'http.request.method': 'POST', 'server.address': 'auth', 'http.response.status_code': 200 },
  },
  {
    service: 'auth',
    name: 'POST /verify',
    kind: 2,
    startMs: 5,
    endMs: 25,
    parent: 1,
    scope: HTTP,
    attributes: { 'http.route': '/verify', 'http.response.status_code': 200, 'enduser.id': 'u-10423' },
  },
  {
    service: 'auth',
    name: 'verify token signature',
    kind: 1,
    startMs: 7,
    endMs: 22,
    parent: 2,
    scope: 'auth.tokens',
    attributes: { 'jwt.alg': 'ES256', 'cache.hit': false },
  },
  {
    service: 'gateway',
    name: 'POST order /orders',
    kind: 3,
    startMs: 30,
    endMs: 196,
    parent: 0,
    scope: HTTP,
    attributes: { 'http.request.method': 'POST', 'server.address': 'order', 'http.response.status_code': 201 },
  },
  {
    service: 'order',
    name: 'POST /orders',
    kind: 2,
    startMs: 32,
    endMs: 194,
    parent: 4,
    scope: HTTP,
    attributes: {
      'http.route': '/orders',
      'http.response.status_code': 201,
      'order.id': 'o-88121',
      'order.items': 3,
      'order.total': 74.9,
    },
    events: [
      { atMs: 40, name: 'order validated', attributes: { 'order.items': 3 } },
      { atMs: 188, name: 'order confirmed', attributes: { 'order.id': 'o-88121' } },
    ],
  },
  {
    service: 'order',
    name: 'SELECT stock',
    kind: 3,
    startMs: 41,
    endMs: 59,
    parent: 5,
    scope: POSTGRES,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': 'SELECT sku, quantity FROM stock WHERE sku = ANY($1) FOR UPDATE',
      'db.response.returned_rows': 3,
    },
  },
  {
    service: 'postgres',
    name: 'SELECT shop.stock',
    kind: 2,
    startMs: 43,
    endMs: 57,
    parent: 6,
    scope: 'pg_tracing',
    attributes: { 'db.system.name': 'postgresql', 'db.rows_scanned': 1840 },
  },
  {
    service: 'order',
    name: 'POST payment /charges',
    kind: 3,
    startMs: 62,
    endMs: 168,
    parent: 5,
    scope: HTTP,
    attributes: { 'http.request.method': 'POST', 'server.address': 'payment', 'http.response.status_code': 200 },
  },
  {
    service: 'payment',
    name: 'POST /charges',
    kind: 2,
    startMs: 64,
    endMs: 166,
    parent: 8,
    scope: HTTP,
    attributes: { 'http.route': '/charges', 'payment.method': 'card', 'payment.attempts': 2 },
    events: [{ atMs: 99, name: 'retry', attributes: { 'retry.count': 1, 'retry.delay_ms': 4 } }],
  },
  {
    service: 'payment',
    name: 'POST api.cardbank.example /v2/charge',
    kind: 3,
    startMs: 67,
    endMs: 98,
    parent: 9,
    scope: HTTP,
    attributes: {
      'http.request.method': 'POST',
      'server.address': 'api.cardbank.example',
      'url.full': 'https://api.cardbank.example/v2/charge',
      'http.response.status_code': 503,
      'error.type': '503',
    },
    events: [
      {
        atMs: 97.5,
        name: 'exception',
        attributes: {
          'exception.type': 'ServiceUnavailableError',
          'exception.message': 'api.cardbank.example answered 503',
          'exception.stacktrace':
            'ServiceUnavailableError: api.cardbank.example answered 503\n    at charge (/app/src/card-bank.ts:41:11)\n    at async settle (/app/src/settle.ts:18:20)',
        },
      },
    ],
    status: { code: 2, message: 'api.cardbank.example answered 503' },
  },
  {
    service: 'payment',
    name: 'POST api.cardbank.example /v2/charge',
    kind: 3,
    startMs: 103,
    endMs: 161,
    parent: 9,
    scope: HTTP,
    attributes: {
      'http.request.method': 'POST',
      'server.address': 'api.cardbank.example',
      'url.full': 'https://api.cardbank.example/v2/charge',
      'http.response.status_code': 200,
    },
  },
  {
    service: 'order',
    name: 'INSERT orders',
    kind: 3,
    startMs: 170,
    endMs: 186,
    parent: 5,
    scope: POSTGRES,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.query.text': 'INSERT INTO orders (id, user_id, total) VALUES ($1, $2, $3)',
    },
  },
  {
    service: 'postgres',
    name: 'INSERT shop.orders',
    kind: 2,
    startMs: 172,
    endMs: 184,
    parent: 12,
    scope: 'pg_tracing',
    attributes: { 'db.system.name': 'postgresql', 'db.wal_bytes': 912 },
  },
];

const SAMPLE_DURATION_MS = 200;

/** The sample trace as an OTLP/JSON export request that ends at `nowMs`. */
export function sampleTrace(
  nowMs: number,
  randomBytes: (length: number) => Uint8Array,
): { readonly traceId: string; readonly body: string } {
  const traceId = hexOf(randomBytes(16));
  const spanIds = SAMPLE.map(() => hexOf(randomBytes(8)));
  const startNano = BigInt(Math.floor(nowMs - SAMPLE_DURATION_MS)) * 1_000_000n;
  const at = (ms: number): string => String(startNano + BigInt(Math.round(ms * 1e6)));
  const services = [...new Set(SAMPLE.map((span) => span.service))];
  const resourceSpans = services.map((service) => ({
    resource: {
      attributes: keyValues({
        'service.name': service,
        'service.version': '1.4.2',
        'deployment.environment.name': 'sample',
        'host.name': `${service}-0`,
      }),
    },
    scopeSpans: [...new Set(SAMPLE.filter((span) => span.service === service).map((span) => span.scope))].map(
      (scope) => ({
        scope: { name: scope },
        spans: SAMPLE.flatMap((span, index) =>
          span.service !== service || span.scope !== scope
            ? []
            : [
                {
                  traceId,
                  spanId: spanIds[index],
                  ...(span.parent >= 0 && { parentSpanId: spanIds[span.parent] }),
                  name: span.name,
                  kind: span.kind,
                  startTimeUnixNano: at(span.startMs),
                  endTimeUnixNano: at(span.endMs),
                  attributes: keyValues(span.attributes),
                  events: (span.events ?? []).map((event) => ({
                    timeUnixNano: at(event.atMs),
                    name: event.name,
                    attributes: keyValues(event.attributes),
                  })),
                  status: span.status ?? {},
                },
              ],
        ),
      }),
    ),
  }));
  return { traceId, body: JSON.stringify({ resourceSpans }) };
}

function keyValues(attributes: SampleAttributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
