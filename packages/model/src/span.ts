import type { Attributes } from './attributes.ts';

/** OTLP `Span.SpanKind`. */
export const SpanKind = {
  UNSPECIFIED: 0,
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** OTLP `Status.StatusCode`. */
export const StatusCode = { UNSET: 0, OK: 1, ERROR: 2 } as const;
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

export interface SpanStatus {
  readonly code: StatusCode;
  readonly message: string;
}

/** What produced the spans. Shared by reference between the spans of a batch. */
export interface Resource {
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface InstrumentationScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly schemaUrl: string;
}

export interface SpanEvent {
  readonly timeUnixNano: bigint;
  readonly name: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/**
 * One span with all that OTLP carries. Instants are nanoseconds since the Unix epoch, unsigned 64 bit.
 * `endTimeUnixNano` may lie before `startTimeUnixNano` in broken data and is kept as it came; use `durationNano`.
 * Source: opentelemetry-proto `trace/v1/trace.proto`.
 */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** `''` for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  /** W3C trace flags in the low 8 bits, 0x100 "has is_remote", 0x200 "is_remote". */
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;
  readonly status: SpanStatus;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  /** Adjusted count: how many spans this one stands for. 1 unless it was sampled with a known probability. */
  readonly weight: number;
}

/** The span's duration, 0 where the end lies before the start. */
export function durationNano(span: Pick<Span, 'startTimeUnixNano' | 'endTimeUnixNano'>): bigint {
  const duration = span.endTimeUnixNano - span.startTimeUnixNano;
  return duration > 0n ? duration : 0n;
}

/** `service.name` of a resource without one. Source: resource semantic conventions, `service.name`. */
export const UNKNOWN_SERVICE = 'unknown_service';

/** The resource's `service.name`, or `unknown_service`. */
export function serviceName(resource: Resource): string {
  const name = resource.attributes.get('service.name');
  return typeof name === 'string' && name !== '' ? name : UNKNOWN_SERVICE;
}

/**
 * Whether the span failed: status ERROR or, in imported data, an `error` attribute that is not false
 * (Zipkin: any value of the tag `error` but `false`; Jaeger: boolean true).
 */
export function isErrorSpan(span: Pick<Span, 'status' | 'attributes'>): boolean {
  if (span.status.code === StatusCode.ERROR) return true;
  const error = span.attributes.get('error');
  return error !== undefined && error !== false && error !== 'false';
}
