import { isLeftAlone } from './span-role.ts';
import { type Execution, type Item, type Timeline, timelineOf } from './timeline.ts';
import type { LearntFailure, TraceView } from './trace-view.ts';

/** Items in a row that come once or, as a loop, several times in a row. */
export interface Segment {
  readonly items: readonly (readonly Item[])[];
}

export interface Occurrence {
  readonly timeline: Timeline;
  readonly segments: readonly Segment[];
}

/** What a span does in one of its ways: the same items in the same order, however often each loop goes round. */
export interface Pattern {
  readonly failure: LearntFailure | undefined;
  readonly occurrences: readonly Occurrence[];
}

export interface Patterns {
  /** The most frequent first. */
  readonly ordered: readonly Pattern[];
  /** Those that are too rare to be told apart. */
  readonly mixed: readonly Timeline[];
}

/** Ways of a span that are told apart; what is rarer is mixed. */
export const MAX_PATTERNS = 12;
/** Of the executions; a way that is rarer is mixed with the others that are. */
const MIN_SHARE = 0.01;
/** Longest loop that is looked for. */
const MAX_LOOP_ITEMS = 4;

export function patternsOf(executions: readonly Execution[]): Patterns {
  const byKey = new Map<string, { failure: LearntFailure | undefined; occurrences: Occurrence[] }>();
  for (const timeline of withoutPassedOnFailures(executions.map(timelineOf))) {
    const segments = segmentsOf(timeline.items);
    const failure = ownFailure(timeline.execution);
    const outcome = failure === undefined ? '' : `${failure.type}\0${failure.status}`;
    const key = `${outcome}\x02${segments.map(segmentKey).join('\x01')}`;
    const pattern = byKey.get(key);
    if (pattern === undefined) byKey.set(key, { failure, occurrences: [{ timeline, segments }] });
    else pattern.occurrences.push({ timeline, segments });
  }
  const all = [...byKey.values()].sort((a, b) => b.occurrences.length - a.occurrences.length);
  const least = executions.length * MIN_SHARE;
  // One that fails by itself stays itself, or its failures would be lost.
  const isKept = ({ failure, occurrences }: Pattern, i: number): boolean =>
    failure !== undefined || all.length <= 2 || (i < MAX_PATTERNS && occurrences.length >= least);
  const ordered = all.filter(isKept);
  const rest = all.filter((pattern, i) => !isKept(pattern, i));
  if (rest.length === 1) return { ordered: all, mixed: [] };
  return { ordered, mixed: rest.flatMap(({ occurrences }) => occurrences.map(({ timeline }) => timeline)) };
}

/** Executions that are needed to tell slow ones from others. */
const MIN_TO_SPLIT = 30;
/** Where the executions of a pattern are parted, by their own time. */
const PACES = [0.75, 0.95] as const;
/** The slowest part is one of its own when it takes so many times as long as the fastest, on average. */
const MIN_PACE_RATIO = 2;

/**
 * The same pattern at several paces. When a service is slow, all that it does is: drawn one by one, such times would
 * even each other out.
 */
export function byPace(pattern: Pattern): readonly Pattern[] {
  const { failure, occurrences } = pattern;
  if (occurrences.length < MIN_TO_SPLIT) return [pattern];
  const timed = occurrences.map((occurrence) => ({ occurrence, ownNano: ownNano(occurrence.timeline.execution) }));
  timed.sort((a, b) => a.ownNano - b.ownNano);
  const cuts = [0, ...PACES.map((share) => Math.round(share * timed.length)), timed.length];
  const parts = cuts.slice(1).map((to, i) => timed.slice(cuts[i], to));
  const means = parts.map((part) => part.reduce((sum, { ownNano: nano }) => sum + nano, 0) / part.length);
  if ((means.at(-1) ?? 0) < MIN_PACE_RATIO * (means[0] ?? 0)) return [pattern];
  return parts.map((part) => ({ failure, occurrences: part.map(({ occurrence }) => occurrence) }));
}

/** What the service itself takes for an execution: without the calls, whatever runs at the same time. */
function ownNano({ view, row }: Execution): number {
  let sum = 0;
  const waiting = [row];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { items, tailNano } = timelineOf({ view, row: at });
    sum += items.reduce((gaps, { gapNano }) => gaps + gapNano, tailNano);
    for (const child of view.children[at] ?? []) if (view.isEntry[child] !== true) waiting.push(child);
  }
  return sum;
}

/** Runs of the same items become one segment, the longest stretch first. */
function segmentsOf(items: readonly Item[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (let at = 0; at < items.length;) {
    let length = 1;
    let rounds = 1;
    for (let size = 1; size <= MAX_LOOP_ITEMS; size++) {
      const count = roundsAt(items, at, size);
      if (count > 1 && count * size > length * rounds) [length, rounds] = [size, count];
    }
    const [start, size] = [at, length];
    segments.push({
      items: Array.from({ length: rounds }, (_, i) => items.slice(start + i * size, start + (i + 1) * size)),
    });
    at += length * rounds;
  }
  return segments;
}

function roundsAt(items: readonly Item[], at: number, size: number): number {
  let rounds = 1;
  for (let next = at + size; next + size <= items.length; next += size, rounds++) {
    for (let i = 0; i < size; i++) if (items[next + i]?.key !== items[at + i]?.key) return rounds;
  }
  return rounds;
}

function segmentKey({ items: [first = []] }: Segment): string {
  return first.map(({ key }) => key).join('\x03');
}

/**
 * Without the executions that failed because a call did: in a simulation they come about by themselves. Those that do
 * something that no other one does are kept.
 */
function withoutPassedOnFailures(timelines: readonly Timeline[]): readonly Timeline[] {
  const kept = timelines.filter(({ execution }) => !isFailedByCall(execution));
  const known = new Set(kept.flatMap(({ items }) => items.flatMap(({ members }) => members.map(({ key }) => key))));
  if (kept.length === timelines.length) return timelines;
  const knows = ({ items }: Timeline): boolean =>
    items.every(({ members }) => members.every(({ key }) => known.has(key)));
  return timelines.filter((timeline) => !isFailedByCall(timeline.execution) || kept.length === 0 || !knows(timeline));
}

/** The span's failure where nothing below it explains it. */
export function ownFailure({ view, row }: Execution): LearntFailure | undefined {
  const failure = view.failures[row];
  if (failure === undefined) return undefined;
  return (view.children[row] ?? []).some((child) => passesOn(view, child)) ? undefined : failure;
}

function isFailedByCall({ view, row }: Execution): boolean {
  return view.failures[row] !== undefined && (view.children[row] ?? []).some((child) => isFailedCall(view, child));
}

/** Whether the row is a call that failed, or failed because of one. */
function isFailedCall(view: TraceView, row: number): boolean {
  // A loop, as spans may be nested deeply: down through what failed.
  const waiting = [row];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (!passesOn(view, at)) continue;
    if (view.isEntry[at] === true) return true;
    waiting.push(...(view.children[at] ?? []));
  }
  return false;
}

function passesOn(view: TraceView, row: number): boolean {
  return view.failures[row] !== undefined && !isLeftAlone(view, row);
}
