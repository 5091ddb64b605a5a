import {
  adjustedCount,
  type Attributes,
  type AttributeValue,
  emptyAttributes,
  type InstrumentationScope,
  type Span,
  SpanKind,
  type SpanStatus,
  StatusCode,
} from '@throughline/model';
import { attributeText } from './attribute-text.ts';

/*
 * OpenTelemetry concepts as tags, for the formats that have no field for them (Jaeger, Zipkin).
 * Source: OpenTelemetry specification, common/mapping-to-non-otlp.md and trace/sdk_exporters/{jaeger,zipkin}.md.
 */

const KIND_NAMES: ReadonlyMap<SpanKind, string> = new Map([
  [SpanKind.INTERNAL, 'internal'],
  [SpanKind.SERVER, 'server'],
  [SpanKind.CLIENT, 'client'],
  [SpanKind.PRODUCER, 'producer'],
  [SpanKind.CONSUMER, 'consumer'],
]);
const KINDS_BY_NAME: ReadonlyMap<string, SpanKind> = new Map([...KIND_NAMES].map(([kind, name]) => [name, kind]));

/** Whether a span's tag of this name is read as something else than an attribute. */
export function isOtelTag(key: string): boolean {
  return key === 'error' || key === 'span.kind' || key === 'w3c.tracestate' || key.startsWith('otel.');
}

/**
 * How the format uses its `error` tag: `flag` is Jaeger's boolean true, `message` is Zipkin's, whose text says what
 * went wrong and whose presence (other than `false`) is the error.
 */
export type ErrorTag = 'flag' | 'message';

/** What tags say about a span beside its attributes. */
export type SpanFromTags = Pick<
  Span,
  | 'kind'
  | 'status'
  | 'scope'
  | 'traceState'
  | 'weight'
  | 'attributes'
  | 'droppedAttributesCount'
  | 'droppedEventsCount'
  | 'droppedLinksCount'
>;

/**
 * Takes the tags with a meaning in OpenTelemetry out of a span's tags; the rest are its attributes. A tag whose value
 * is not what its name promises stays an attribute, and so does an `error` tag that the status does not express fully.
 * @param kind what the format's own field says; the tag `span.kind` counts where it says nothing
 */
export function readOtelTags(
  tags: Attributes,
  errorTag: ErrorTag,
  kind: SpanKind = SpanKind.UNSPECIFIED,
): SpanFromTags {
  const attributes = new Map(tags);
  const traceState = takeText(attributes, 'w3c.tracestate') ?? '';
  return {
    kind: kind === SpanKind.UNSPECIFIED ? takeKind(attributes) : kind,
    status: takeStatus(attributes, errorTag),
    scope: takeScope(attributes),
    traceState,
    weight: adjustedCount(traceState),
    droppedAttributesCount: takeCount(attributes, 'otel.dropped_attributes_count'),
    droppedEventsCount: takeCount(attributes, 'otel.dropped_events_count'),
    droppedLinksCount: takeCount(attributes, 'otel.dropped_links_count'),
    attributes,
  };
}

/**
 * The span's attributes and, after them, its other concepts as tags: what {@link readOtelTags} reads. Where an
 * attribute has the name of such a tag, the concept takes its place; but an attribute `error` stays.
 * @param hasKind whether the format's own field already says the kind
 */
export function writeOtelTags(span: Span, errorTag: ErrorTag, hasKind: boolean): Map<string, AttributeValue> {
  const tags = new Map(span.attributes);
  const kind = hasKind ? undefined : KIND_NAMES.get(span.kind);
  if (kind !== undefined) tags.set('span.kind', kind);
  writeStatus(tags, span.status, errorTag);
  if (span.scope.name !== '') tags.set('otel.scope.name', span.scope.name);
  if (span.scope.version !== '') tags.set('otel.scope.version', span.scope.version);
  if (span.traceState !== '') tags.set('w3c.tracestate', span.traceState);
  writeCount(tags, 'otel.dropped_attributes_count', span.droppedAttributesCount);
  writeCount(tags, 'otel.dropped_events_count', span.droppedEventsCount);
  writeCount(tags, 'otel.dropped_links_count', span.droppedLinksCount);
  return tags;
}

function takeKind(attributes: Map<string, AttributeValue>): SpanKind {
  const name = attributes.get('span.kind');
  const kind = typeof name === 'string' ? KINDS_BY_NAME.get(name.toLowerCase()) : undefined;
  if (kind === undefined) return SpanKind.UNSPECIFIED;
  attributes.delete('span.kind');
  return kind;
}

function takeStatus(attributes: Map<string, AttributeValue>, errorTag: ErrorTag): SpanStatus {
  const error = attributes.get('error');
  const saysError = errorTag === 'flag' ? error === true || error === 'true' : isZipkinError(error);
  const code = takeStatusCode(attributes) ?? (saysError ? StatusCode.ERROR : StatusCode.UNSET);
  const description = takeText(attributes, 'otel.status_description');
  if (code !== StatusCode.ERROR) return { code, message: description ?? '' };
  if (errorTag === 'flag') {
    if (error === true) attributes.delete('error');
    return { code, message: description ?? '' };
  }
  // The tag goes where writeStatus makes the same one from the status.
  const expressed = description === undefined ? saysError && error !== '' : error === 'true' && description === 'true';
  if (expressed) attributes.delete('error');
  return { code, message: description ?? messageOfZipkinError(error) };
}

function takeStatusCode(attributes: Map<string, AttributeValue>): StatusCode | undefined {
  const name = attributes.get('otel.status_code');
  if (typeof name !== 'string') return undefined;
  const upper = name.toUpperCase();
  if (upper !== 'OK' && upper !== 'ERROR' && upper !== 'UNSET') return undefined;
  attributes.delete('otel.status_code');
  return StatusCode[upper];
}

function isZipkinError(error: AttributeValue | undefined): boolean {
  return error !== undefined && error !== 'false';
}

function messageOfZipkinError(error: AttributeValue | undefined): string {
  const text = attributeText(error ?? '');
  return text === 'true' || text === 'false' ? '' : text;
}

function writeStatus(tags: Map<string, AttributeValue>, status: SpanStatus, errorTag: ErrorTag): void {
  if (status.code !== StatusCode.UNSET) tags.set('otel.status_code', status.code === StatusCode.OK ? 'OK' : 'ERROR');
  let told = '';
  if (status.code === StatusCode.ERROR) {
    if (!tags.has('error')) tags.set('error', errorTag === 'flag' ? true : status.message || 'true');
    if (errorTag === 'message') told = messageOfZipkinError(tags.get('error'));
  }
  if (status.message !== told) tags.set('otel.status_description', status.message);
}

const NO_SCOPE: InstrumentationScope = {
  name: '',
  version: '',
  attributes: emptyAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
};

/** The scope with this name and version and nothing else. */
export function scopeNamed(name: string, version: string): InstrumentationScope {
  return name === '' && version === '' ? NO_SCOPE : { ...NO_SCOPE, name, version };
}

function takeScope(attributes: Map<string, AttributeValue>): InstrumentationScope {
  // `otel.library.*` is what exporters wrote before the scope got its name; many write both.
  const oldName = takeText(attributes, 'otel.library.name');
  const oldVersion = takeText(attributes, 'otel.library.version');
  const name = takeText(attributes, 'otel.scope.name') ?? oldName ?? '';
  const version = takeText(attributes, 'otel.scope.version') ?? oldVersion ?? '';
  return scopeNamed(name, version);
}

function takeText(attributes: Map<string, AttributeValue>, key: string): string | undefined {
  const value = attributes.get(key);
  if (typeof value !== 'string') return undefined;
  attributes.delete(key);
  return value;
}

const MAX_COUNT = 2 ** 32 - 1;

/** A count of dropped things, written as an int64 or, in Zipkin, as text. */
export function takeCount(attributes: Map<string, AttributeValue>, key: string): number {
  const value = attributes.get(key);
  const count =
    typeof value === 'bigint' || (typeof value === 'string' && /^\d{1,10}$/.test(value)) ? Number(value) : undefined;
  if (count === undefined || count < 0 || count > MAX_COUNT) return 0;
  attributes.delete(key);
  return count;
}

/** The inverse of {@link takeCount}. */
export function writeCount(tags: Map<string, AttributeValue>, key: string, count: number): void {
  if (count > 0) tags.set(key, BigInt(count));
}
