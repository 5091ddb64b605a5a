import { type AttributeValue, type Resource, type Span, SpanKind, type SpanRejection } from '@throughline/model';
import { DecodeError } from '../decode-error.ts';
import type { DecodedSpans } from '../decoded-spans.ts';
import { endOf } from '../mapping/instants.ts';
import { jsonTypeName } from '../mapping/json-object.ts';
import { readOtelTags } from '../mapping/otel-tags.ts';
import { SpanResults } from '../mapping/span-results.ts';
import { eventFromAnnotation } from './annotation-event.ts';
import { type PlacedSpan, splitSharedSpans } from './split-shared-spans.ts';
import { readZipkinSpan, type ZipkinEndpoint, type ZipkinSpan } from './zipkin-span.ts';

export interface DecodedZipkinSpans extends DecodedSpans {
  /** Elements of the input that were pieces of another span (or copies of it) and were joined with it. */
  readonly mergedFragmentCount: number;
}

/** The attribute of Zipkin's `debug` flag (true, or absent). */
export const ZIPKIN_DEBUG = 'zipkin.debug';

/**
 * Zipkin v2 JSON, parsed: an array of spans, or an array of traces (arrays of spans) as the query API answers. Throws
 * `DecodeError` for anything else; an element that is no span is rejected.
 *
 * - Spans reported in pieces are joined (`mergeFragments`), the halves of shared spans get ids of their own
 *   (`splitSharedSpans`). A span without a start (no `timestamp`, no annotation) is rejected, one without a duration
 *   has none. The result is in the order of the ids' first appearance.
 * - `localEndpoint`: the resource's `service.name` and `host.ip`; its port is the attribute `network.local.port`.
 *   `remoteEndpoint`: `peer.service`, `network.peer.address` (IPv4 if there are both), `network.peer.port`.
 *   A tag of the same name goes first.
 * - The tag `error` (unless `false`) is status ERROR, its text the message; other tags: `readOtelTags`.
 * - Annotations are events. Names stay as they are. No kind is UNSPECIFIED.
 */
export function decodeZipkinJson(json: unknown): DecodedZipkinSpans {
  if (!Array.isArray(json)) {
    throw new DecodeError(
      'malformed_payload',
      `Zipkin JSON: $ must be an array of spans, but is ${jsonTypeName(json)}`,
    );
  }
  const results = new SpanResults();
  const spans: ZipkinSpan[] = [];
  const read = (element: unknown): void => {
    const span = readZipkinSpan(element);
    if (typeof span === 'string') results.reject(span);
    else spans.push(span);
  };
  const elements: readonly unknown[] = json;
  for (const element of elements) {
    if (Array.isArray(element)) element.forEach(read);
    else read(element);
  }
  const { placed, mergedFragmentCount } = splitSharedSpans(spans);
  for (const span of placed) results.add(spanFromZipkin(span));
  return { ...results.decoded, mergedFragmentCount };
}

function spanFromZipkin(placed: PlacedSpan): Span | SpanRejection {
  const { span, spanId, parentSpanId } = placed;
  if (span.startTimeUnixNano === undefined) return 'invalid_start_time';
  const kind = span.kind === SpanKind.UNSPECIFIED && span.shared ? SpanKind.SERVER : span.kind;
  const fromTags = readOtelTags(span.tags, 'message', kind);
  return {
    ...fromTags,
    traceId: span.traceId,
    spanId,
    parentSpanId,
    flags: 0,
    name: span.name,
    startTimeUnixNano: span.startTimeUnixNano,
    endTimeUnixNano: endOf(span.startTimeUnixNano, span.durationNano),
    attributes: withEndpoints(fromTags.attributes, span),
    droppedAttributesCount: fromTags.droppedAttributesCount + span.unreadableTagsCount,
    events: span.annotations.map(eventFromAnnotation),
    droppedEventsCount: fromTags.droppedEventsCount + span.unreadableAnnotationsCount,
    links: [],
    resource: resourceOf(span.local),
  };
}

function withEndpoints(attributes: Span['attributes'], { local, remote, debug }: ZipkinSpan): Span['attributes'] {
  const result = new Map(attributes);
  const add = (key: string, value: AttributeValue, isKnown: boolean): void => {
    if (isKnown && !result.has(key)) result.set(key, value);
  };
  add('network.local.port', BigInt(local.port), local.port !== 0);
  add('peer.service', remote.serviceName, remote.serviceName !== '');
  const address = remote.ipv4 || remote.ipv6;
  add('network.peer.address', address, address !== '');
  add('network.peer.port', BigInt(remote.port), remote.port !== 0);
  add(ZIPKIN_DEBUG, true, debug);
  return result;
}

function resourceOf(local: ZipkinEndpoint): Resource {
  const addresses = [local.ipv4, local.ipv6].filter((address) => address !== '');
  const attributes = new Map<string, AttributeValue>();
  if (local.serviceName !== '') attributes.set('service.name', local.serviceName);
  if (addresses.length > 0) attributes.set('host.ip', addresses);
  return { attributes, droppedAttributesCount: 0, schemaUrl: '' };
}
