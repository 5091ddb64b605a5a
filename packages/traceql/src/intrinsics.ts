import { SpanKind, StatusCode } from '@throughline/model';

/** The static type of a field expression; `any` is an attribute, whose type only its value knows. */
export type FieldType = 'text' | 'number' | 'duration' | 'boolean' | 'status' | 'kind' | 'any';

/** The fields every span has, by their names in the syntax tree. */
export type Intrinsic =
  | 'name'
  | 'duration'
  | 'status'
  | 'statusMessage'
  | 'kind'
  | 'error'
  | 'spanId'
  | 'parentSpanId'
  | 'childCount'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent'
  | 'traceId'
  | 'traceDuration'
  | 'rootName'
  | 'rootService'
  | 'eventName'
  | 'eventTimeSinceStart'
  | 'linkTraceId'
  | 'linkSpanId'
  | 'scopeName'
  | 'scopeVersion';

export interface IntrinsicDefinition {
  readonly type: FieldType;
  /** How it is written; the first is the canonical one. */
  readonly spellings: readonly [string, ...string[]];
  /** Read from every event or link of the span, of which there may be none. */
  readonly of: 'span' | 'event' | 'link';
}

function spanIntrinsic(type: FieldType, ...spellings: readonly [string, ...string[]]): IntrinsicDefinition {
  return { type, spellings, of: 'span' };
}

/**
 * Source: Grafana Tempo, "Construct a TraceQL query", intrinsic fields. `span:error` is ours: the model's
 * `isErrorSpan`, which also knows the `error` tags of imported data.
 */
export const intrinsics: Readonly<Record<Intrinsic, IntrinsicDefinition>> = {
  name: spanIntrinsic('text', 'name', 'span:name'),
  duration: spanIntrinsic('duration', 'duration', 'span:duration'),
  status: spanIntrinsic('status', 'status', 'span:status'),
  statusMessage: spanIntrinsic('text', 'statusMessage', 'span:statusMessage'),
  kind: spanIntrinsic('kind', 'kind', 'span:kind'),
  error: spanIntrinsic('boolean', 'span:error'),
  spanId: spanIntrinsic('text', 'span:id'),
  parentSpanId: spanIntrinsic('text', 'span:parentID'),
  childCount: spanIntrinsic('number', 'span:childCount', 'childCount'),
  nestedSetLeft: spanIntrinsic('number', 'nestedSetLeft'),
  nestedSetRight: spanIntrinsic('number', 'nestedSetRight'),
  nestedSetParent: spanIntrinsic('number', 'nestedSetParent'),
  traceId: spanIntrinsic('text', 'trace:id'),
  traceDuration: spanIntrinsic('duration', 'trace:duration', 'traceDuration'),
  rootName: spanIntrinsic('text', 'trace:rootName', 'rootName'),
  rootService: spanIntrinsic('text', 'trace:rootService', 'rootServiceName'),
  eventName: { type: 'text', spellings: ['event:name'], of: 'event' },
  eventTimeSinceStart: { type: 'duration', spellings: ['event:timeSinceStart'], of: 'event' },
  linkTraceId: { type: 'text', spellings: ['link:traceID'], of: 'link' },
  linkSpanId: { type: 'text', spellings: ['link:spanID'], of: 'link' },
  scopeName: spanIntrinsic('text', 'instrumentation:name'),
  scopeVersion: spanIntrinsic('text', 'instrumentation:version'),
};

// The table's keys are `Intrinsic` by its own type; `Object.entries` only forgets that.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const entries = Object.entries(intrinsics) as readonly (readonly [Intrinsic, IntrinsicDefinition])[];

/** Every spelling of an intrinsic, and what it names. */
export const intrinsicBySpelling: ReadonlyMap<string, Intrinsic> = new Map(
  entries.flatMap(([name, definition]) => definition.spellings.map((spelling) => [spelling, name] as const)),
);

export const statusKeywords: ReadonlyMap<string, StatusCode> = new Map([
  ['unset', StatusCode.UNSET],
  ['ok', StatusCode.OK],
  ['error', StatusCode.ERROR],
]);

export const kindKeywords: ReadonlyMap<string, SpanKind> = new Map([
  ['unspecified', SpanKind.UNSPECIFIED],
  ['internal', SpanKind.INTERNAL],
  ['server', SpanKind.SERVER],
  ['client', SpanKind.CLIENT],
  ['producer', SpanKind.PRODUCER],
  ['consumer', SpanKind.CONSUMER],
]);
