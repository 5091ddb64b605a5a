import { normalizeSpanId, normalizeTraceId, SpanKind, type SpanRejection } from '@throughline/model';
import { nanoFromMicros, validInstant } from '../mapping/instants.ts';
import { isJsonObject, type JsonObject, optionalArray, optionalText } from '../mapping/json-object.ts';
import { readParentSpanId } from '../mapping/parent-span-id.ts';

export interface ZipkinEndpoint {
  readonly serviceName: string;
  /** `''` for none. */
  readonly ipv4: string;
  readonly ipv6: string;
  /** 0 for none. */
  readonly port: number;
}

const NO_ENDPOINT: ZipkinEndpoint = { serviceName: '', ipv4: '', ipv6: '', port: 0 };

export interface ZipkinAnnotation {
  readonly timeUnixNano: bigint;
  readonly value: string;
}

/**
 * A Zipkin v2 span, read: ids normalised (`''` for no parent), times in nanoseconds.
 * Source: zipkin-api `zipkin2-api.yaml`.
 */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Undefined where the reporter did not know it. */
  readonly startTimeUnixNano: bigint | undefined;
  /** 0 where it is not known. */
  readonly durationNano: bigint;
  readonly shared: boolean;
  readonly debug: boolean;
  readonly local: ZipkinEndpoint;
  readonly remote: ZipkinEndpoint;
  readonly annotations: readonly ZipkinAnnotation[];
  readonly tags: ReadonlyMap<string, string>;
  /** Tags and annotations of the input that could not be read. */
  readonly unreadableTagsCount: number;
  readonly unreadableAnnotationsCount: number;
}

const KINDS: ReadonlyMap<unknown, SpanKind> = new Map<unknown, SpanKind>([
  ['CLIENT', SpanKind.CLIENT],
  ['SERVER', SpanKind.SERVER],
  ['PRODUCER', SpanKind.PRODUCER],
  ['CONSUMER', SpanKind.CONSUMER],
]);

/** Reads one element of a span list. A span whose only times are those of its annotations starts at the first. */
export function readZipkinSpan(json: unknown): ZipkinSpan | SpanRejection {
  if (!isJsonObject(json)) return 'invalid_span';
  const traceId = typeof json['traceId'] === 'string' ? normalizeTraceId(json['traceId']) : undefined;
  if (traceId === undefined) return 'invalid_trace_id';
  const id = typeof json['id'] === 'string' ? normalizeSpanId(json['id']) : undefined;
  if (id === undefined) return 'invalid_span_id';
  const parentId = readParentSpanId(json['parentId']);
  if (parentId === undefined) return 'invalid_parent_span_id';
  const name = optionalText(json['name']);
  if (name === undefined) return 'invalid_span';
  const timestamp = json['timestamp'] ?? 0;
  const startTimeUnixNano = validInstant(nanoFromMicros(timestamp));
  if (startTimeUnixNano === undefined) return 'invalid_start_time';
  const { annotations, unreadableAnnotationsCount } = readAnnotations(json['annotations']);
  const { tags, unreadableTagsCount } = readTags(json['tags']);
  return {
    traceId,
    id,
    // A span that names itself as its parent is a root, as in Zipkin.
    parentId: parentId === id ? '' : parentId,
    name,
    kind: KINDS.get(json['kind']) ?? SpanKind.UNSPECIFIED,
    // Zipkin's own encoders write 0 for "not known".
    startTimeUnixNano: startTimeUnixNano === 0n ? earliest(annotations) : startTimeUnixNano,
    durationNano: nanoFromMicros(json['duration'] ?? 0) ?? 0n,
    shared: json['shared'] === true,
    debug: json['debug'] === true,
    local: readEndpoint(json['localEndpoint']),
    remote: readEndpoint(json['remoteEndpoint']),
    annotations,
    tags,
    unreadableTagsCount,
    unreadableAnnotationsCount,
  };
}

function earliest(annotations: readonly ZipkinAnnotation[]): bigint | undefined {
  let first: bigint | undefined;
  for (const { timeUnixNano } of annotations) if (first === undefined || timeUnixNano < first) first = timeUnixNano;
  return first;
}

function readEndpoint(json: unknown): ZipkinEndpoint {
  if (!isJsonObject(json)) return NO_ENDPOINT;
  const port = json['port'];
  return {
    serviceName: optionalText(json['serviceName']) ?? '',
    ipv4: optionalText(json['ipv4']) ?? '',
    ipv6: optionalText(json['ipv6']) ?? '',
    port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 0xffff ? port : 0,
  };
}

function readAnnotations(list: unknown): {
  annotations: readonly ZipkinAnnotation[];
  unreadableAnnotationsCount: number;
} {
  const elements = optionalArray(list);
  if (elements === undefined) return { annotations: [], unreadableAnnotationsCount: 1 };
  const annotations: ZipkinAnnotation[] = [];
  for (const element of elements) {
    const annotation = isJsonObject(element) ? readAnnotation(element) : undefined;
    if (annotation !== undefined) annotations.push(annotation);
  }
  return { annotations, unreadableAnnotationsCount: elements.length - annotations.length };
}

function readAnnotation(json: JsonObject): ZipkinAnnotation | undefined {
  const timeUnixNano = validInstant(nanoFromMicros(json['timestamp']));
  const value = optionalText(json['value']);
  return timeUnixNano === undefined || value === undefined ? undefined : { timeUnixNano, value };
}

function readTags(json: unknown): { tags: ReadonlyMap<string, string>; unreadableTagsCount: number } {
  const tags = new Map<string, string>();
  if (json === undefined || json === null) return { tags, unreadableTagsCount: 0 };
  if (!isJsonObject(json)) return { tags, unreadableTagsCount: 1 };
  let unreadableTagsCount = 0;
  for (const [key, value] of Object.entries(json)) {
    const text = optionalText(value);
    if (text === undefined) unreadableTagsCount++;
    else tags.set(key, text);
  }
  return { tags, unreadableTagsCount };
}
