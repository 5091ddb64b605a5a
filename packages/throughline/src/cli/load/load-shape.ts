import { type AttributeValue, emptyAttributes, type Resource, type Span, SpanKind } from '@throughline/model';

/** What the spans of a load look like. */
export interface LoadShape {
  readonly spansPerRequest: number;
  readonly spansPerTrace: number;
  /** `chain`: each span below the one before; `fan`: all below the root; `tree`: two below each. */
  readonly shape: 'chain' | 'fan' | 'tree';
  readonly services: number;
  readonly attributes: number;
  readonly attributeBytes: number;
  /** Different values of the attribute `user.id`. */
  readonly cardinality: number;
}

/** Digits of `user.id` behind `user-`, the same number for every value so that it can be patched in place. */
export const USER_DIGITS = 8;

/** Instants of the templates: `BASE_UNIX_NANO` and below a second more. Recognisable, and of 19 digits. */
export const BASE_UNIX_NANO = 0x5a5a_0000_0000_0000n;
const SPAN_NANO = 1_000_000n;

const resources = (count: number): readonly Resource[] =>
  Array.from({ length: count }, (_, i) => ({
    attributes: new Map<string, AttributeValue>([
      ['service.name', `load-${String(i).padStart(2, '0')}`],
      ['service.version', '1.0.0'],
      ['host.name', `host-${i % 8}`],
      ['telemetry.sdk.language', 'nodejs'],
    ]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  }));

const scope = { name: 'load', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };

/** The spans of one request. Ids tell only what is different within it; what differs between requests is patched in. */
export function templateSpans(shape: LoadShape): readonly Span[] {
  const ofServices = resources(shape.services);
  return Array.from({ length: shape.spansPerRequest }, (_, i) => {
    const trace = Math.floor(i / shape.spansPerTrace);
    const row = i % shape.spansPerTrace;
    const parent = row === 0 ? -1 : parentRow(shape.shape, row);
    const start = BASE_UNIX_NANO + SPAN_NANO * BigInt(Math.min(row, 400));
    const spanId = (of: number): string => `${hex(trace * shape.spansPerTrace + of + 1)}00000000`;
    const resource = ofServices[row % ofServices.length];
    if (resource === undefined) throw new Error('a load without services');
    return {
      traceId: `${'0'.repeat(16)}${hex(trace + 1)}00000000`,
      spanId: spanId(row),
      parentSpanId: parent < 0 ? '' : spanId(parent),
      traceState: '',
      flags: 0x101,
      name: `GET /load/${row % 10}`,
      kind: row === 0 ? SpanKind.SERVER : row % 2 === 1 ? SpanKind.CLIENT : SpanKind.SERVER,
      startTimeUnixNano: start,
      endTimeUnixNano: start + SPAN_NANO * BigInt(1 + Math.min(shape.spansPerTrace - row, 400)),
      attributes: attributesOf(shape, i),
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      status: { code: 0, message: '' },
      resource,
      scope,
      weight: 1,
    };
  });
}

function attributesOf(shape: LoadShape, i: number): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  if (shape.attributes > 0) attributes.set('user.id', `user-${'0'.repeat(USER_DIGITS)}`);
  for (let n = 1; n < shape.attributes; n++) {
    const value = `value-${(i + n) % 50}-`;
    attributes.set(`load.attribute.${n}`, value.padEnd(shape.attributeBytes, 'x').slice(0, shape.attributeBytes));
  }
  return attributes;
}

function parentRow(shape: LoadShape['shape'], row: number): number {
  if (shape === 'fan') return 0;
  return shape === 'chain' ? row - 1 : (row - 1) >> 1;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
