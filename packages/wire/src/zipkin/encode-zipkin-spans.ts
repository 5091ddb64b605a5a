import { type AttributeValue, durationNano, type Span, SpanKind } from '@throughline/model';
import { attributeText } from '../mapping/attribute-text.ts';
import { microsFromNano } from '../mapping/instants.ts';
import { isOtelTag, writeOtelTags } from '../mapping/otel-tags.ts';
import { annotationText } from './annotation-event.ts';
import { ZIPKIN_DEBUG } from './decode-zipkin-json.ts';

export interface ZipkinEndpointJson {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

/** A span of Zipkin's v2 API. */
export interface ZipkinSpanJson {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  /** Microseconds since the epoch. */
  readonly timestamp: number;
  /** Microseconds, at least 1. */
  readonly duration?: number;
  readonly debug?: true;
  readonly localEndpoint?: ZipkinEndpointJson;
  readonly remoteEndpoint?: ZipkinEndpointJson;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags?: Readonly<Record<string, string>>;
}

const KINDS: ReadonlyMap<SpanKind, NonNullable<ZipkinSpanJson['kind']>> = new Map([
  [SpanKind.CLIENT, 'CLIENT'],
  [SpanKind.SERVER, 'SERVER'],
  [SpanKind.PRODUCER, 'PRODUCER'],
  [SpanKind.CONSUMER, 'CONSUMER'],
]);

/**
 * Spans as Zipkin v2 prints them: the inverse of `decodeZipkinJson`. Halves of a call that shared an id stay split.
 * Names keep their case. Trace ids whose high half is zero are printed with 16 digits. INTERNAL is the tag
 * `span.kind=internal`; resource attributes beside the endpoint's are tags where the span has none of that name (with
 * `resource.` before a name that means something as a span's tag).
 * Zipkin has no place for: nanoseconds below the microsecond, links, W3C flags, types of attributes (all become text),
 * an end before the start, attributes and schema of the scope.
 */
export function encodeZipkinSpans(spans: readonly Span[]): ZipkinSpanJson[] {
  return spans.map(encodeSpan);
}

function encodeSpan(span: Span): ZipkinSpanJson {
  const kind = KINDS.get(span.kind);
  const tags = writeOtelTags(span, 'message', kind !== undefined);
  const remoteEndpoint = takeRemoteEndpoint(tags);
  const debug = tags.get(ZIPKIN_DEBUG) === true;
  if (debug) tags.delete(ZIPKIN_DEBUG);
  const localEndpoint = takeLocalEndpoint(span, tags);
  const duration = durationNano(span);
  return {
    traceId: span.traceId.startsWith('0'.repeat(16)) ? span.traceId.slice(16) : span.traceId,
    id: span.spanId,
    ...(span.parentSpanId === '' ? {} : { parentId: span.parentSpanId }),
    ...(kind === undefined ? {} : { kind }),
    ...(span.name === '' ? {} : { name: span.name }),
    timestamp: microsFromNano(span.startTimeUnixNano),
    // 0 would say "not known".
    ...(duration === 0n ? {} : { duration: Math.max(1, microsFromNano(duration)) }),
    ...(debug ? { debug } : {}),
    ...(localEndpoint === undefined ? {} : { localEndpoint }),
    ...(remoteEndpoint === undefined ? {} : { remoteEndpoint }),
    ...(span.events.length === 0
      ? {}
      : {
          annotations: span.events.map((event) => ({
            timestamp: microsFromNano(event.timeUnixNano),
            value: annotationText(event),
          })),
        }),
    ...(tags.size === 0
      ? {}
      : { tags: Object.fromEntries(Array.from(tags, ([key, value]) => [key, attributeText(value)])) }),
  };
}

/** Attributes that the decoder makes of endpoints and flags. */
const ENDPOINT_TAGS: ReadonlySet<string> = new Set([
  'network.local.port',
  'peer.service',
  'network.peer.address',
  'network.peer.port',
  ZIPKIN_DEBUG,
]);

/** The endpoint of the resource; what of the resource does not fit into it becomes tags. */
function takeLocalEndpoint({ resource }: Span, tags: Map<string, AttributeValue>): ZipkinEndpointJson | undefined {
  const port = takePort(tags, 'network.local.port');
  let serviceName = '';
  let ipv4: string | undefined;
  let ipv6: string | undefined;
  for (const [key, value] of resource.attributes) {
    if (key === 'service.name' && typeof value === 'string') {
      serviceName = value;
    } else if (key === 'host.ip' && isAddressPair(value)) {
      ipv4 = value.find(isIpv4);
      ipv6 = value.find(isIpv6);
    } else {
      // A resource's `error` is not the span's.
      const tag = isOtelTag(key) || ENDPOINT_TAGS.has(key) ? `resource.${key}` : key;
      if (!tags.has(tag)) tags.set(tag, value);
    }
  }
  return endpoint(serviceName, ipv4, ipv6, port);
}

function takeRemoteEndpoint(tags: Map<string, AttributeValue>): ZipkinEndpointJson | undefined {
  const serviceName = tags.get('peer.service');
  const address = tags.get('network.peer.address');
  const text = typeof address === 'string' ? address : '';
  const ipv4 = isIpv4(text) ? text : undefined;
  const ipv6 = isIpv6(text) ? text : undefined;
  const port = takePort(tags, 'network.peer.port');
  if (ipv4 !== undefined || ipv6 !== undefined) tags.delete('network.peer.address');
  if (typeof serviceName === 'string' && serviceName !== '') tags.delete('peer.service');
  return endpoint(typeof serviceName === 'string' ? serviceName : '', ipv4, ipv6, port);
}

function takePort(tags: Map<string, AttributeValue>, key: string): number {
  const value = tags.get(key);
  if (typeof value !== 'bigint' || value <= 0n || value > 0xffffn) return 0;
  tags.delete(key);
  return Number(value);
}

function endpoint(
  serviceName: string,
  ipv4: string | undefined,
  ipv6: string | undefined,
  port: number,
): ZipkinEndpointJson | undefined {
  if (serviceName === '' && ipv4 === undefined && ipv6 === undefined && port === 0) return undefined;
  return {
    ...(serviceName === '' ? {} : { serviceName }),
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    ...(port === 0 ? {} : { port }),
  };
}

/** One or two addresses that an endpoint has the fields for. */
function isAddressPair(value: AttributeValue): value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2) return false;
  const texts = value.filter((item) => typeof item === 'string');
  const ipv4Count = texts.filter(isIpv4).length;
  const ipv6Count = texts.filter(isIpv6).length;
  return ipv4Count <= 1 && ipv6Count <= 1 && ipv4Count + ipv6Count === value.length;
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

function isIpv6(text: string): boolean {
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text);
}
