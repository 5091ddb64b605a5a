import { SpanKind } from '@throughline/model';
import type { ZipkinEndpoint, ZipkinSpan } from './zipkin-span.ts';

/**
 * With how many spans of one id a piece is compared to find the one it belongs to. Ids are shared by a call's two sides
 * or the few receivers of a message; beyond that only pieces with equal kind, endpoint and start are joined, so that
 * a hostile list costs no more than its length.
 */
export const MAX_MERGE_CANDIDATES = 64;

/**
 * Puts the pieces of spans together: a tracer may report one span in several (its start, later its tags, its end), and
 * Zipkin joins them when they are read. Two spans of one id are pieces of one if they are the same side of the call
 * (kind) and of the same endpoint, with no two different start times; what does not know its side, endpoint or start
 * joins the one that does, if there is just one that fits. The order of the input makes no difference.
 *
 * @param halves all spans of one trace and span id
 */
export function mergeFragments(halves: readonly ZipkinSpan[]): readonly ZipkinSpan[] {
  if (halves.length === 1) return halves;
  const merged: ZipkinSpan[] = [];
  const rowByIdentity = new Map<string, number>();
  for (const half of inOrder(halves)) {
    const identity = identityOf(half);
    const row = rowByIdentity.get(identity) ?? onlyFit(merged, half);
    const into = row === undefined ? undefined : merged[row];
    if (row === undefined || into === undefined) {
      rowByIdentity.set(identity, merged.length);
      merged.push(half);
    } else {
      merged[row] = join(into, half);
    }
  }
  return merged;
}

function onlyFit(merged: readonly ZipkinSpan[], half: ZipkinSpan): number | undefined {
  if (merged.length > MAX_MERGE_CANDIDATES) return undefined;
  let found: number | undefined;
  for (const [row, other] of merged.entries()) {
    if (!isSameSpan(other, half)) continue;
    if (found !== undefined) return undefined;
    found = row;
  }
  return found;
}

/** Those that know most about themselves first, so that the others find them; then by content, whatever the input's order. */
function inOrder(halves: readonly ZipkinSpan[]): readonly ZipkinSpan[] {
  return halves
    .map((span) => ({ span, knowledge: knowledge(span), start: span.startTimeUnixNano ?? 0n, text: contentText(span) }))
    .toSorted((a, b) => {
      if (a.knowledge !== b.knowledge) return b.knowledge - a.knowledge;
      if (a.start !== b.start) return a.start < b.start ? -1 : 1;
      return a.text === b.text ? 0 : a.text < b.text ? -1 : 1;
    })
    .map(({ span }) => span);
}

function knowledge(span: ZipkinSpan): number {
  return (
    (span.startTimeUnixNano === undefined ? 0 : 8) +
    (sideOf(span) === SpanKind.UNSPECIFIED ? 0 : 4) +
    (isKnown(span.local) ? 2 : 0) +
    (span.durationNano === 0n ? 0 : 1)
  );
}

function contentText(span: ZipkinSpan): string {
  const tags = [...span.tags].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const annotations = span.annotations.map(({ timeUnixNano, value }) => [String(timeUnixNano), value]);
  return JSON.stringify([
    span.kind,
    span.parentId,
    span.local,
    String(span.durationNano),
    span.name,
    span.remote,
    tags,
    annotations,
    span.shared,
    span.debug,
  ]);
}

function identityOf(span: ZipkinSpan): string {
  const { serviceName, ipv4, ipv6, port } = span.local;
  return JSON.stringify([sideOf(span), String(span.startTimeUnixNano), serviceName, ipv4, ipv6, port]);
}

/** The span's kind; a shared span that does not say is the server's half. */
function sideOf(span: ZipkinSpan): SpanKind {
  return span.kind === SpanKind.UNSPECIFIED && span.shared ? SpanKind.SERVER : span.kind;
}

function isSameSpan(a: ZipkinSpan, b: ZipkinSpan): boolean {
  const aSide = sideOf(a);
  const bSide = sideOf(b);
  return (
    (aSide === bSide || aSide === SpanKind.UNSPECIFIED || bSide === SpanKind.UNSPECIFIED) &&
    (!isKnown(a.local) || !isKnown(b.local) || isSameEndpoint(a.local, b.local)) &&
    (a.startTimeUnixNano === undefined ||
      b.startTimeUnixNano === undefined ||
      a.startTimeUnixNano === b.startTimeUnixNano)
  );
}

function isKnown(endpoint: ZipkinEndpoint): boolean {
  return endpoint.serviceName !== '' || endpoint.ipv4 !== '' || endpoint.ipv6 !== '';
}

function isSameEndpoint(a: ZipkinEndpoint, b: ZipkinEndpoint): boolean {
  return a.serviceName === b.serviceName && a.ipv4 === b.ipv4 && a.ipv6 === b.ipv6 && a.port === b.port;
}

/** `a` with what `b` knows beside it. */
function join(a: ZipkinSpan, b: ZipkinSpan): ZipkinSpan {
  const seen = new Set(a.annotations.map(annotationKey));
  const added = b.annotations.filter((annotation) => !seen.has(annotationKey(annotation)));
  return {
    ...a,
    parentId: a.parentId || b.parentId,
    name: a.name || b.name,
    kind: a.kind === SpanKind.UNSPECIFIED ? b.kind : a.kind,
    startTimeUnixNano: a.startTimeUnixNano ?? b.startTimeUnixNano,
    durationNano: a.durationNano > b.durationNano ? a.durationNano : b.durationNano,
    shared: a.shared || b.shared,
    debug: a.debug || b.debug,
    local: isKnown(a.local) ? a.local : b.local,
    remote: isKnown(a.remote) ? a.remote : b.remote,
    annotations: added.length === 0 ? a.annotations : [...a.annotations, ...added],
    tags: b.tags.size === 0 ? a.tags : new Map([...b.tags, ...a.tags]),
    unreadableTagsCount: Math.max(a.unreadableTagsCount, b.unreadableTagsCount),
    unreadableAnnotationsCount: Math.max(a.unreadableAnnotationsCount, b.unreadableAnnotationsCount),
  };
}

function annotationKey({ timeUnixNano, value }: ZipkinSpan['annotations'][number]): string {
  return `${timeUnixNano} ${value}`;
}
