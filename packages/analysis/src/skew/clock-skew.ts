import type { Resource, Span, Trace } from '@throughline/model';
import { finish, type Steps, stepping } from '../steps.ts';
import { isMessage } from '../trace/detached.ts';
import { type TraceTimes, traceTimes } from '../trace/trace-facts.ts';
import { type OffsetBounds, fitOffset, type PairOffset } from './fit-offset.ts';

/** A host whose clock is told apart from the others'. */
export interface HostClock {
  readonly host: string;
  /** The host whose clock it is held against: of each group of hosts that call one another, the one with most calls. */
  readonly reference: string;
  /** What to add to the host's instants to get the reference's, at {@link ClockSkew.atUnixNano}. Nanoseconds. */
  readonly offsetNano: number;
  /** How far off that may be either way: the sum over the pairs of hosts in between. */
  readonly errorNano: number;
  /** By how much the offset grows per second. */
  readonly driftNanoPerSecond: number;
}

/** Clocks as estimated from many traces. Nothing stored changes: {@link correctClocks} makes a corrected view. */
export interface ClockSkew {
  /** The middle of the traces' times, where drifting offsets are given. */
  readonly atUnixNano: bigint;
  /** By host. Hosts that no call joins to another are their own reference with offset 0. */
  readonly hosts: ReadonlyMap<string, HostClock>;
  /** Of every pair of hosts with calls between them: what to add to `second`'s instants to get `first`'s. */
  readonly pairs: readonly (PairOffset & {
    readonly first: string;
    readonly second: string;
    readonly callCount: number;
  })[];
}

const NANO_PER_SECOND = 1e9;

/**
 * Estimates offset and drift of the hosts' clocks from all calls between them.
 *
 * A call's span and the span that answers it on the other host bound the offset between both clocks: in true time the
 * answer begins after the call does and ends before it ends. Over many calls the bounds close in on the offset to
 * half of the fastest round trip. Where 0 lies within the bounds, it is the offset: there is no evidence of skew. Only
 * calls that were waited for count: not messages, and no answer that took longer than its call.
 *
 * Hosts that do not call one another are joined over those in between, the surest pairs first; errors add up.
 * O(n log n). Never fails; no traces make no hosts.
 *
 * Source: bounds as in NTP (RFC 5905, section 8) with the envelope of Paxson, "On calibrating measurements of packet
 * transit times" (SIGMETRICS 1998).
 */
export function estimateClockSkew(traces: readonly Trace[]): ClockSkew {
  return finish(estimateClockSkewInSteps(traces));
}

/** As {@link estimateClockSkew}. */
export function* estimateClockSkewInSteps(traces: readonly Trace[]): Steps<ClockSkew> {
  const hostNames = new Set<string>();
  const bounds = new Map<
    string,
    { readonly first: string; readonly second: string; readonly bounds: OffsetBounds[] }
  >();
  const cache = new Map<Resource, string>();
  const { from, middle } = timesOf(traces);

  yield* stepping(traces, (trace) => {
    const facts = traceTimes(trace);
    const traceStart = Number(trace.startTimeUnixNano - from);
    for (const [row, span] of trace.spans.entries()) {
      const callee = hostOf(span, cache);
      hostNames.add(callee);
      const parent = trace.parent[row] ?? -1;
      const call = trace.spans[parent];
      if (call === undefined) continue;
      const caller = hostOf(call, cache);
      if (caller === callee || !wasWaitedFor(facts, parent, row)) continue;
      // What to add to the callee's clock is at least this, and at most that.
      const low = (facts.startNano[parent] ?? 0) - (facts.startNano[row] ?? 0);
      const high = (facts.endNano[parent] ?? 0) - (facts.endNano[row] ?? 0);
      const isFirst = caller < callee;
      const [first, second] = isFirst ? [caller, callee] : [callee, caller];
      let pair = bounds.get(`${first}\n${second}`);
      if (pair === undefined) {
        pair = { first, second, bounds: [] };
        bounds.set(`${first}\n${second}`, pair);
      }
      const atSeconds = (traceStart + (facts.startNano[parent] ?? 0)) / NANO_PER_SECOND;
      // Seen from the other side the offset has the other sign.
      pair.bounds.push(isFirst ? { atSeconds, low, high } : { atSeconds, low: -high, high: -low });
    }
  });
  const middleSeconds = Number(middle - from) / NANO_PER_SECOND;
  const pairs: ClockSkew['pairs'][number][] = [];
  for (const { first, second, bounds: of } of bounds.values()) {
    pairs.push({ first, second, callCount: of.length, ...fitOffset(of, middleSeconds) });
    yield;
  }
  return { atUnixNano: middle, hosts: joinHosts(hostNames, pairs), pairs };
}

/**
 * The same trace as one clock would have shown it: every instant of a host's spans, events included, with the host's offset
 * added. The raw trace is untouched; the tree, its issues included, is the raw one's. O(n).
 */
export function correctClocks(trace: Trace, skew: ClockSkew): readonly Span[] {
  const cache = new Map<Resource, string>();
  return trace.spans.map((span) => {
    const host = hostOf(span, cache);
    const shift = (instant: bigint): bigint => {
      const shifted = instant + BigInt(clockShiftNano(skew, host, instant));
      return shifted > 0n ? shifted : 0n;
    };
    const startTimeUnixNano = shift(span.startTimeUnixNano);
    if (startTimeUnixNano === span.startTimeUnixNano) return span;
    // Durations are the host's own measurement and stay; an end before the epoch cannot be.
    const end = startTimeUnixNano + (span.endTimeUnixNano - span.startTimeUnixNano);
    return {
      ...span,
      startTimeUnixNano,
      endTimeUnixNano: end > 0n ? end : 0n,
      events: span.events.map((event) => ({ ...event, timeUnixNano: shift(event.timeUnixNano) })),
    };
  });
}

/** What {@link correctClocks} adds to an instant of a host, in whole nanoseconds; 0 of a host that is not known. */
export function clockShiftNano(skew: Pick<ClockSkew, 'atUnixNano' | 'hosts'>, host: string, instant: bigint): number {
  const clock = skew.hosts.get(host);
  if (clock === undefined) return 0;
  const seconds = Number(instant - skew.atUnixNano) / NANO_PER_SECOND;
  return Math.round(clock.offsetNano + clock.driftNanoPerSecond * seconds);
}

/** What shares a clock, the surest first. Source: resource semantic conventions. */
const HOST_ATTRIBUTES = [
  'host.id',
  'host.name',
  'k8s.node.name',
  'k8s.pod.name',
  'service.instance.id',
  'service.name',
];

function hostOf({ resource }: Span, cache: Map<Resource, string>): string {
  let host = cache.get(resource);
  if (host === undefined) {
    host = clockHost(resource);
    cache.set(resource, host);
  }
  return host;
}

/** The host whose clock a resource's spans were timed by; `unknown` where it names none. */
export function clockHost(resource: Pick<Resource, 'attributes'>): string {
  return hostAttribute(resource)?.value ?? 'unknown';
}

/** The attribute that names the host whose clock a resource's spans were timed by; undefined where none does. */
export function hostAttribute(
  resource: Pick<Resource, 'attributes'>,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of HOST_ATTRIBUTES) {
    const value = resource.attributes.get(name);
    if (typeof value === 'string' && value !== '') return { name, value };
  }
  return undefined;
}

function wasWaitedFor(facts: TraceTimes, call: number, answer: number): boolean {
  const { startNano, endNano } = facts;
  if (isMessage(facts, answer)) return false;
  const callNano = (endNano[call] ?? 0) - (startNano[call] ?? 0);
  const answerNano = (endNano[answer] ?? 0) - (startNano[answer] ?? 0);
  return answerNano <= callNano;
}

function timesOf(traces: readonly Trace[]): { readonly from: bigint; readonly middle: bigint } {
  let from: bigint | undefined;
  let to = 0n;
  for (const { startTimeUnixNano, endTimeUnixNano, spans } of traces) {
    if (spans.length === 0) continue;
    if (from === undefined || startTimeUnixNano < from) from = startTimeUnixNano;
    if (endTimeUnixNano > to) to = endTimeUnixNano;
  }
  return from === undefined ? { from: 0n, middle: 0n } : { from, middle: from + (to - from) / 2n };
}

/** Grows each group of hosts from its reference over the surest pairs. */
function joinHosts(names: ReadonlySet<string>, pairs: ClockSkew['pairs']): ReadonlyMap<string, HostClock> {
  const neighbours = new Map<
    string,
    { readonly host: string; readonly pair: ClockSkew['pairs'][number]; readonly sign: 1 | -1 }[]
  >();
  const callCount = new Map<string, number>();
  for (const pair of pairs) {
    const { first, second } = pair;
    for (const [host, other, sign] of [
      [first, second, 1],
      [second, first, -1],
    ] as const) {
      const known = neighbours.get(host);
      if (known === undefined) neighbours.set(host, [{ host: other, pair, sign }]);
      else known.push({ host: other, pair, sign });
      callCount.set(host, (callCount.get(host) ?? 0) + pair.callCount);
    }
  }
  const hosts = new Map<string, HostClock>();
  const byCalls = [...names].toSorted((a, b) => (callCount.get(b) ?? 0) - (callCount.get(a) ?? 0) || (a < b ? -1 : 1));
  for (const reference of byCalls) {
    if (hosts.has(reference)) continue;
    hosts.set(reference, { host: reference, reference, offsetNano: 0, errorNano: 0, driftNanoPerSecond: 0 });
    const reached: HostClock[] = [];
    const reach = (from: HostClock): void => {
      for (const { host, pair, sign } of neighbours.get(from.host) ?? []) {
        if (hosts.has(host)) continue;
        reached.push({
          host,
          reference,
          offsetNano: from.offsetNano + sign * pair.offsetNano,
          errorNano: from.errorNano + pair.errorNano,
          driftNanoPerSecond: from.driftNanoPerSecond + sign * pair.driftNanoPerSecond,
        });
      }
    };
    let from = hosts.get(reference);
    while (from !== undefined) {
      reach(from);
      // Dijkstra's choice; hosts are few, so the nearest is found by looking at all that are reached.
      let nearest: HostClock | undefined;
      for (const clock of reached) {
        if (!hosts.has(clock.host) && (nearest === undefined || clock.errorNano < nearest.errorNano)) nearest = clock;
      }
      if (nearest !== undefined) hosts.set(nearest.host, nearest);
      from = nearest;
    }
  }
  return hosts;
}
