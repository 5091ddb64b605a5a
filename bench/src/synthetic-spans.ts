import { emptyAttributes, type Resource, type Span, SpanKind, StatusCode } from '@throughline/model';
import { decodeOtlpColumns, encodeOtlpProtobuf } from '@throughline/wire';

/** A small fast generator (xorshift32) so that runs are the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export const SERVICE_COUNT = 50;
export const OPERATIONS_PER_SERVICE = 8;
export const SPANS_PER_TRACE = 18;
const SERVICES_PER_TRACE = 5;
const TEMPLATE_COUNT = 256;
/** Sentinels that stand for what differs from trace to trace, found again in the encoded bytes. */
const USER_DIGITS = 8;

/**
 * Encodes synthetic traces fast: a few hundred traces are encoded once, and ids, times and user ids are patched in.
 * The mix: 50 services, 400 operations, 18 spans of 5 services a trace, 10 attributes a span (7 strings, 2 ints, 1 double), 1.4 %
 * errors, 3 % of spans with an exception event, durations log-normal around 10 ms; about 530 bytes a span.
 */
export class SyntheticTraces {
  readonly #templates: readonly Template[];
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#templates = Array.from({ length: TEMPLATE_COUNT }, () => makeTemplate(this.#random));
  }

  /** An `ExportTraceServiceRequest` of `traceCount` new traces that start at the given instants. */
  request(traceCount: number, startUnixNano: (trace: number) => bigint): Buffer {
    const chosen = Array.from({ length: traceCount }, () => {
      const template = this.#templates[Math.floor(this.#random() * this.#templates.length)];
      if (template === undefined) throw new Error('no template');
      return template;
    });
    const request = Buffer.allocUnsafe(chosen.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let at = 0;
    for (const [index, template] of chosen.entries()) {
      template.bytes.copy(request, at);
      this.#patch(request.subarray(at, at + template.bytes.length), template, startUnixNano(index));
      at += template.bytes.length;
    }
    return request;
  }

  #patch(bytes: Buffer, template: Template, start: bigint): void {
    const random = this.#random;
    const word = (): number => (random() * 2 ** 32) >>> 0;
    const traceId = [word(), word(), word(), (word() | 1) >>> 0] as const;
    const spanIds = template.spanIdAt.map(() => [word(), (word() | 1) >>> 0] as const);
    for (const at of template.traceIdAt)
      for (const [i, value] of traceId.entries()) bytes.writeUInt32LE(value, at + 4 * i);
    for (const [row, at] of template.spanIdAt.entries()) {
      bytes.writeUInt32LE(spanIds[row]?.[0] ?? 1, at);
      bytes.writeUInt32LE(spanIds[row]?.[1] ?? 1, at + 4);
      const parentAt = template.parentIdAt[row] ?? 0;
      const parent = spanIds[template.parentRow[row] ?? 0];
      if (parentAt > 0 && parent !== undefined) {
        bytes.writeUInt32LE(parent[0], parentAt);
        bytes.writeUInt32LE(parent[1], parentAt + 4);
      }
    }
    for (const { at, offset } of template.timeAt) bytes.writeBigUInt64LE(start + offset, at);
    const user = String(Math.floor(random() * 100_000)).padStart(USER_DIGITS, '0');
    for (const at of template.userAt) bytes.write(user, at, 'latin1');
  }
}

interface Template {
  readonly bytes: Buffer;
  readonly traceIdAt: readonly number[];
  readonly spanIdAt: readonly number[];
  readonly parentIdAt: readonly number[];
  readonly parentRow: readonly number[];
  readonly timeAt: readonly { readonly at: number; readonly offset: bigint }[];
  readonly userAt: readonly number[];
}

/** Where template times start: recognisable, and far from every other number in the bytes. */
const BASE = 0x5a5a_0000_0000_0000n;

function makeTemplate(random: () => number): Template {
  const spans = makeTrace(random);
  const bytes = Buffer.from(encodeOtlpProtobuf(spans));
  const columns = decodeOtlpColumns(bytes);
  const rows = Array.from({ length: columns.spanCount }, (_, row) => row);
  const rowOfSpanId = new Map(rows.map((row) => [hexAt(bytes, columns.spanId[row] ?? 0), row]));
  const timeAt: { at: number; offset: bigint }[] = [];
  for (let at = 0; at + 8 <= bytes.length; at++) {
    if (bytes[at + 7] === 0x5a && bytes[at + 6] === 0x5a) {
      const value = bytes.readBigUInt64LE(at);
      if (value >= BASE && value < BASE + 60_000_000_000n) timeAt.push({ at, offset: value - BASE });
    }
  }
  const userAt: number[] = [];
  for (let at = bytes.indexOf('user-'); at >= 0; at = bytes.indexOf('user-', at + 1)) userAt.push(at + 'user-'.length);
  return {
    bytes,
    traceIdAt: rows.map((row) => columns.traceId[row] ?? 0),
    spanIdAt: rows.map((row) => columns.spanId[row] ?? 0),
    parentIdAt: rows.map((row) => columns.parentSpanId[row] ?? 0),
    parentRow: rows.map((row) => rowOfSpanId.get(hexAt(bytes, columns.parentSpanId[row] ?? 0)) ?? 0),
    timeAt,
    userAt,
  };
}

function hexAt(bytes: Buffer, at: number): string {
  return bytes.toString('hex', at, at + 8);
}

const NO_RESOURCE: Resource = { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };

const resources: readonly Resource[] = Array.from({ length: SERVICE_COUNT * 2 }, (_, index) => ({
  attributes: new Map<string, string | bigint>([
    ['service.name', serviceOf(index % SERVICE_COUNT)],
    ['service.version', `1.${index % 7}.0`],
    ['host.name', `host-${index % 20}`],
    ['k8s.pod.name', `${serviceOf(index % SERVICE_COUNT)}-${index}`],
    ['process.pid', BigInt(1_000 + index)],
    ['telemetry.sdk.language', 'nodejs'],
  ]),
  droppedAttributesCount: 0,
  schemaUrl: '',
}));

export function serviceOf(index: number): string {
  return `service-${String(index).padStart(2, '0')}`;
}

export function operationOf(service: number, operation: number): string {
  return `GET /api/s${service}/resource-${operation}`;
}

function makeTrace(random: () => number): Span[] {
  const pick = (n: number): number => Math.floor(random() * n);
  const digits = (n: number): string => Array.from({ length: n }, () => '0123456789abcdef'[pick(16)]).join('');
  const traceId = digits(31) + '1';
  const ids = Array.from({ length: SPANS_PER_TRACE }, () => digits(15) + '1');
  const starts: bigint[] = [];
  const involved = Array.from({ length: SERVICES_PER_TRACE }, () => {
    const index = pick(SERVICE_COUNT);
    return { index, resource: resources[index + SERVICE_COUNT * pick(2)] ?? NO_RESOURCE };
  });
  return ids.map((spanId, row) => {
    const parent = row === 0 ? -1 : Math.max(0, row - 1 - pick(3));
    const { index: service, resource } = involved[row === 0 ? 0 : pick(SERVICES_PER_TRACE)] ?? {
      index: 0,
      resource: NO_RESOURCE,
    };
    const start = row === 0 ? BASE : (starts[parent] ?? BASE) + BigInt(pick(5_000_000));
    starts.push(start);
    const duration = BigInt(Math.floor(Math.exp(Math.log(10e6) + 1.2 * gaussian(random))) + 1);
    const failed = random() < 0.014;
    const kind = row === 0 ? SpanKind.SERVER : row % 2 === 1 ? SpanKind.CLIENT : SpanKind.SERVER;
    const end = start + (duration < 50_000_000_000n ? duration : 50_000_000_000n);
    return {
      traceId,
      spanId,
      parentSpanId: parent < 0 ? '' : (ids[parent] ?? ''),
      traceState: '',
      flags: 1,
      name: operationOf(service, pick(OPERATIONS_PER_SERVICE)),
      kind,
      startTimeUnixNano: start,
      endTimeUnixNano: end,
      attributes: new Map<string, string | bigint | number>([
        ['http.request.method', ['GET', 'POST', 'PUT'][pick(3)] ?? 'GET'],
        ['url.full', `https://shop.example.com/api/v1/orders/${pick(1_000_000)}?page=${pick(50)}`],
        ['http.route', `/api/v1/orders/:id/${pick(8)}`],
        ['server.address', `10.0.${pick(4)}.${pick(250)}`],
        ['user.id', `user-${'0'.repeat(USER_DIGITS)}`],
        ['http.response.status_code', failed ? 500n : 200n],
        ['http.response.body.size', BigInt(pick(100_000))],
        ['db.query.text', `SELECT id, name, price FROM products WHERE category_id = $1 LIMIT ${pick(100)}`],
        ['region', ['eu-west-1', 'us-east-1', 'ap-south-1'][pick(3)] ?? 'eu-west-1'],
        ['cache.hit_ratio', random()],
      ]),
      droppedAttributesCount: 0,
      events:
        random() < 0.03
          ? [
              {
                timeUnixNano: start,
                name: 'exception',
                attributes: new Map([
                  ['exception.type', 'TimeoutError'],
                  ['exception.message', 'upstream did not answer in time'],
                ]),
                droppedAttributesCount: 0,
              },
            ]
          : [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { code: failed ? StatusCode.ERROR : StatusCode.UNSET, message: failed ? 'upstream failed' : '' },
      resource,
      scope: SCOPE,
      weight: 1,
    };
  });
}

const SCOPE = {
  name: '@opentelemetry/instrumentation-http',
  version: '0.200.0',
  attributes: emptyAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
};

/** A standard normal deviate (Box and Muller). */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}
