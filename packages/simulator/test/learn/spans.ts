import { type AttributeValue, emptyAttributes, type Span, SpanKind, StatusCode } from '@throughline/model';
import { learnScenario, type LearntScenario, TraceSample } from '../../src/index.ts';

export interface SpanInput {
  readonly trace?: number;
  readonly id: number;
  /** 0: none. */
  readonly parent?: number;
  readonly service?: string;
  readonly name: string;
  readonly kind?: SpanKind;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export function span(input: SpanInput): Span {
  const { trace = 1, id, parent = 0, service = 'shop', kind = SpanKind.INTERNAL } = input;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const at = (ms: number): bigint => 1_700_000_000_000_000_000n + BigInt(trace * 1_000_000_000 + Math.round(ms * 1e6));
  return {
    traceId: hex(trace, 32),
    spanId: hex(id, 16),
    parentSpanId: parent === 0 ? '' : hex(parent, 16),
    traceState: '',
    flags: 0,
    name: input.name,
    kind,
    startTimeUnixNano: at(input.startMs),
    endTimeUnixNano: at(input.endMs),
    attributes: new Map(Object.entries(input.attributes ?? {})),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: input.isError === true ? StatusCode.ERROR : StatusCode.UNSET, message: '' },
    resource: { attributes: new Map([['service.name', service]]), droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  };
}

export function learn(spans: Iterable<Span>, maxSpans?: number): LearntScenario {
  const sample = new TraceSample(maxSpans);
  for (const one of spans) sample.add(one);
  return learnScenario(sample, { name: 'learnt', source: 'a test' });
}

/** The steps of an operation as the file has them. */
export function stepsOf({ data }: LearntScenario, service: string, operation: string): unknown {
  const { services } = data as {
    readonly services: Readonly<Record<string, { readonly operations: Readonly<Record<string, unknown>> }>>;
  };
  const found = services[service]?.operations[operation];
  return typeof found === 'object' && found !== null && 'steps' in found ? found.steps : found;
}
