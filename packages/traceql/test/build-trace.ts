import {
  assembleTrace,
  type AttributeValue,
  type Span,
  type SpanEvent,
  type SpanLink,
  SpanKind,
  StatusCode,
  type Trace,
} from '@throughline/model';

/** What a test says about a span; the rest is ordinary. */
export interface SpanSketch {
  readonly id?: number;
  readonly parent?: number;
  readonly name?: string;
  readonly service?: string;
  readonly kind?: SpanKind;
  readonly status?: StatusCode;
  readonly statusMessage?: string;
  readonly startNano?: number;
  readonly durationNano?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly resource?: Readonly<Record<string, AttributeValue>>;
  readonly scope?: Readonly<Record<string, AttributeValue>>;
  readonly events?: readonly (readonly [
    name: string,
    offsetNano: number,
    attributes: Readonly<Record<string, AttributeValue>>,
  ])[];
  readonly links?: readonly (readonly [spanId: number, attributes: Readonly<Record<string, AttributeValue>>])[];
}

const START = 1_700_000_000_000_000_000n;

function hexId(id: number): string {
  return id.toString(16).padStart(16, '0');
}

/** A trace of these spans; ids count from 1 unless given. */
export function traceOf(...sketches: readonly SpanSketch[]): Trace {
  return assembleTrace(sketches.map((sketch, index) => spanOf({ id: index + 1, ...sketch })));
}

function spanOf(sketch: SpanSketch): Span {
  const start = START + BigInt(sketch.startNano ?? 0);
  const resource = sketch.service === undefined ? {} : { 'service.name': sketch.service };
  return {
    traceId: 'abcd'.padStart(32, '0'),
    spanId: hexId(sketch.id ?? 1),
    parentSpanId: sketch.parent === undefined ? '' : hexId(sketch.parent),
    traceState: '',
    flags: 0,
    name: sketch.name ?? '',
    kind: sketch.kind ?? SpanKind.INTERNAL,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(sketch.durationNano ?? 0),
    attributes: new Map(Object.entries(sketch.attributes ?? {})),
    droppedAttributesCount: 0,
    events: (sketch.events ?? []).map(([name, offset, attributes]): SpanEvent => ({
      name,
      timeUnixNano: start + BigInt(offset),
      attributes: new Map(Object.entries(attributes)),
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: (sketch.links ?? []).map(([spanId, attributes]): SpanLink => ({
      traceId: 'beef'.padStart(32, '0'),
      spanId: hexId(spanId),
      traceState: '',
      flags: 0,
      attributes: new Map(Object.entries(attributes)),
      droppedAttributesCount: 0,
    })),
    droppedLinksCount: 0,
    status: { code: sketch.status ?? StatusCode.UNSET, message: sketch.statusMessage ?? '' },
    resource: {
      attributes: new Map(Object.entries({ ...resource, ...sketch.resource })),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    scope: {
      name: 'lib',
      version: '1.0',
      attributes: new Map(Object.entries(sketch.scope ?? {})),
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    weight: 1,
  };
}
