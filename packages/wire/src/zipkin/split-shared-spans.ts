import { SpanKind } from '@throughline/model';
import { derivedSpanId } from './derived-span-id.ts';
import { mergeFragments } from './merge-fragments.ts';
import type { ZipkinEndpoint, ZipkinSpan } from './zipkin-span.ts';

/** A Zipkin span with the ids that it has in the model. */
export interface PlacedSpan {
  readonly span: ZipkinSpan;
  readonly spanId: string;
  readonly parentSpanId: string;
}

/** The spans of one trace and one Zipkin id. */
interface SpanGroup {
  /** What keeps the id: the client's or producer's half, or a span that shares its id with none. */
  readonly keepers: readonly ZipkinSpan[];
  /** The {@link placeKey}s of these, and whether there are any (with a start: others are not kept). */
  readonly keeperPlaces: ReadonlySet<string>;
  readonly hasKeeper: boolean;
  /** The servers' and consumers' halves by {@link placeKey} of their service and address, and of their service. */
  readonly receivers: ReadonlyMap<string, readonly PlacedReceiver[]>;
  readonly allReceivers: readonly PlacedReceiver[];
}

interface PlacedReceiver {
  readonly span: ZipkinSpan;
  readonly spanId: string;
}

/**
 * Gives every span an id of its own. In B3's "join" a call's two sides report under one id; here the server's half
 * (`shared: true`, or SERVER or CONSUMER beside a CLIENT or PRODUCER of the same id) gets a new id and is a child of
 * the id it had.
 *
 * - The new id is derived from the half alone (trace id, span id, endpoint, start), so it is the same whichever other
 *   spans come with it, and several receivers of one message have different ones.
 * - A child of the shared id belongs to the receiver with the child's service and address, else to a sender with them,
 *   else to a receiver of the child's service (of several, the last that started before the child), else to the sender.
 * - Where the sender's half is not in the list, it is taken to come with another one, unless the list has spans of
 *   several services of the trace: that is no reporter's list but a recorded trace, the sender was never reported, and
 *   the receiver is what its `parentId` says, a root if it has none.
 *
 * The order of the list makes no difference. A child that comes in another list than the receiver stays with the sender.
 */
export function splitSharedSpans(spans: readonly ZipkinSpan[]): {
  readonly placed: readonly PlacedSpan[];
  /** How many spans of the list were pieces of another and were joined with it. */
  readonly mergedFragmentCount: number;
} {
  const halvesById = Map.groupBy(spans, (span) => spanKey(span.traceId, span.id));
  const groups = new Map<string, SpanGroup>();
  let spanCount = 0;
  for (const [key, halves] of halvesById) {
    const merged = mergeFragments(halves);
    spanCount += merged.length;
    groups.set(key, groupOf(merged));
  }
  const isRecorded = recordedTraces(spans);
  const placed: PlacedSpan[] = [];
  for (const group of groups.values()) {
    for (const span of group.keepers) {
      placed.push({ span, spanId: span.id, parentSpanId: parentOf(span, groups) });
    }
    for (const { span, spanId } of group.allReceivers) {
      const senderIsMissing = !group.hasKeeper && isRecorded.has(span.traceId);
      placed.push({ span, spanId, parentSpanId: senderIsMissing ? parentOf(span, groups) : span.id });
    }
  }
  return { placed, mergedFragmentCount: spans.length - spanCount };
}

/** The traces of which the list has spans of several services. */
function recordedTraces(spans: readonly ZipkinSpan[]): ReadonlySet<string> {
  const serviceByTrace = new Map<string, string>();
  const recorded = new Set<string>();
  for (const { traceId, local } of spans) {
    if (local.serviceName === '') continue;
    const known = serviceByTrace.get(traceId);
    if (known === undefined) serviceByTrace.set(traceId, local.serviceName);
    else if (known !== local.serviceName) recorded.add(traceId);
  }
  return recorded;
}

function spanKey(traceId: string, id: string): string {
  return traceId + id;
}

function groupOf(halves: readonly ZipkinSpan[]): SpanGroup {
  const hasSender = halves.some(({ kind }) => kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER);
  const isReceiver = ({ kind, shared, startTimeUnixNano }: ZipkinSpan): boolean => {
    if (startTimeUnixNano === undefined) return false;
    if (kind === SpanKind.SERVER || kind === SpanKind.CONSUMER) return shared || hasSender;
    return shared && kind === SpanKind.UNSPECIFIED;
  };
  const allReceivers = halves
    .filter(isReceiver)
    .map((span) => ({ span, spanId: receiverId(span) }))
    .toSorted((a, b) => compareStarts(a.span, b.span));
  const receivers = new Map<string, PlacedReceiver[]>();
  for (const receiver of allReceivers) {
    for (const key of new Set([placeKey(receiver.span.local), receiver.span.local.serviceName])) {
      const list = receivers.get(key);
      if (list === undefined) receivers.set(key, [receiver]);
      else list.push(receiver);
    }
  }
  const keepers = halves.filter((half) => !isReceiver(half));
  return {
    keepers,
    keeperPlaces: new Set(keepers.map(({ local }) => placeKey(local))),
    hasKeeper: keepers.some(({ startTimeUnixNano }) => startTimeUnixNano !== undefined),
    receivers,
    allReceivers,
  };
}

function receiverId({ traceId, id, local, startTimeUnixNano }: ZipkinSpan): string {
  const { serviceName, ipv4, ipv6, port } = local;
  return derivedSpanId(
    JSON.stringify(['server', traceId, id, serviceName, ipv4, ipv6, port, String(startTimeUnixNano)]),
  );
}

/** Service and address; the service alone where no address is known. */
function placeKey({ serviceName, ipv4, ipv6 }: ZipkinEndpoint): string {
  return ipv4 === '' && ipv6 === '' ? serviceName : JSON.stringify([serviceName, ipv4, ipv6]);
}

function parentOf(span: ZipkinSpan, groups: ReadonlyMap<string, SpanGroup>): string {
  const group = groups.get(spanKey(span.traceId, span.parentId));
  if (group === undefined || group.allReceivers.length === 0) return span.parentId;
  const { serviceName } = span.local;
  const place = placeKey(span.local);
  if (place !== serviceName) {
    const sameAddress = group.receivers.get(place);
    if (sameAddress !== undefined) return lastBefore(sameAddress, span);
    if (group.keeperPlaces.has(place)) return span.parentId;
  }
  // Without addresses, a service that calls itself is both sides: its children are the receiver's.
  const sameService = serviceName === '' ? undefined : group.receivers.get(serviceName);
  if (sameService !== undefined) return lastBefore(sameService, span);
  return group.hasKeeper ? span.parentId : lastBefore(group.allReceivers, span);
}

/** Of receivers in order of their start, the last one not after the span's; the first if all are later. */
function lastBefore(receivers: readonly PlacedReceiver[], { startTimeUnixNano }: ZipkinSpan): string {
  let low = 0;
  let high = receivers.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const start = receivers[middle]?.span.startTimeUnixNano ?? 0n;
    if (startTimeUnixNano !== undefined && start <= startTimeUnixNano) low = middle;
    else high = middle;
  }
  return receivers[low]?.spanId ?? '';
}

function compareStarts(a: ZipkinSpan, b: ZipkinSpan): number {
  const aStart = a.startTimeUnixNano ?? 0n;
  const bStart = b.startTimeUnixNano ?? 0n;
  return aStart === bStart ? 0 : aStart < bStart ? -1 : 1;
}
