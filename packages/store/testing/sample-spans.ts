import { randomUUID } from 'node:crypto';
import {
  type Attributes,
  type AttributeValue,
  type Resource,
  type Span,
  SpanKind,
  StatusCode,
  type Trace,
} from '@throughline/model';

/** Where the spans of contracts start. */
export const BASE = 1_700_000_040_000_000_000n;
export const SECOND = 1_000_000_000n;
export const MINUTE: bigint = 60n * SECOND;

export const ERROR = { code: StatusCode.ERROR, message: 'broken' } as const;

export function newTenant(): string {
  return randomUUID();
}

export function traceId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

export function spanId(n: number): string {
  return n.toString(16).padStart(16, '0');
}

export function resourceOf(service: string | undefined, more: Iterable<[string, AttributeValue]> = []): Resource {
  const attributes: Attributes = new Map<string, AttributeValue>([
    ...(service === undefined ? [] : [['service.name', service] as const]),
    ...more,
  ]);
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}

const SCOPE = { name: 'lib', version: '1.0', attributes: new Map(), droppedAttributesCount: 0, schemaUrl: '' };

/** A span of the first trace; its weight must be what its trace state says. */
export function spanOf(fields: Partial<Span>): Span {
  return {
    traceId: traceId(1),
    spanId: spanId(1),
    parentSpanId: '',
    traceState: '',
    flags: 1,
    name: 'GET /',
    kind: SpanKind.SERVER,
    startTimeUnixNano: BASE,
    endTimeUnixNano: BASE + SECOND,
    attributes: new Map(),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: StatusCode.UNSET, message: '' },
    resource: resourceOf('front'),
    scope: SCOPE,
    weight: 1,
    ...fields,
  };
}

/** The span as one of four. */
export function withWeight(span: Span): Span {
  return { ...span, traceState: 'ot=th:c', weight: 4 };
}

export function boundsOf({
  traceId: id,
  startTimeUnixNano,
  endTimeUnixNano,
}: Trace): Pick<Trace, 'traceId' | 'startTimeUnixNano' | 'endTimeUnixNano'> {
  return { traceId: id, startTimeUnixNano, endTimeUnixNano };
}
