import type { TraceCandidate } from '../span-store.ts';
import { CandidateHeap } from './candidate-heap.ts';
import type { Match, MatchReader } from './match-reader.ts';
import type { SearchPlan } from './search-plan.ts';
import { TimeSlices } from './time-slices.ts';

/** Rows of the first slice, and how slices grow while little is found in them. */
const FIRST_SLICE_ROW_COUNT = 40_000;
const SELECTIVE_SLICE_ROW_COUNT = 2_000_000;
const SLICE_GROWTH = 4;
const MAX_SLICE_ROW_COUNT = 40_000_000;
/** With more matches in a slice than this the next one is not larger. */
const MANY_MATCHES = 500;
/** Matches read at a time, and resolved at a time (first, at most). */
const MAX_MATCHES = 50_000;
const FIRST_CHUNK = 32;
const MAX_CHUNK = 1024;
/** Once so many traces were too short, and so many times those that were not, the long ones are looked up instead. */
const MANY_REJECTED = 3_000;
const RARE = 20;
const FEW_TRACES = 20_000;
/** Spans of a trace rarely start so long after it; those traces are looked at one by one when a search continues. */
const USUAL_TRACE_NANO = 30_000_000_000n;
const MAX_UNUSUAL_TRACES = 1000;
const MAX_REMEMBERED = 200_000;

/**
 * Walks slices of time from the newest to the oldest. A trace's start is known as soon as a span of it is found; it is
 * given out when nothing that is not found yet can start later. What is not found yet has its matching spans, and so
 * its start, before what has been read.
 */
export async function* findNewest(plan: SearchPlan, reader: MatchReader): AsyncGenerator<readonly TraceCandidate[]> {
  const found = new FoundTraces(plan, reader);
  const start = await continueFrom(plan, reader, found);
  const slices = new TimeSlices(await reader.minutes(plan.from, start), plan.from, start);
  let rowCount = reader.isSelective ? SELECTIVE_SLICE_ROW_COUNT : FIRST_SLICE_ROW_COUNT;
  for (let slice = slices.next(rowCount); slice !== undefined; slice = slices.next(rowCount)) {
    let { to } = slice;
    let limit = MAX_MATCHES;
    let matchCount = 0;
    for (;;) {
      const matches = await reader.matchesIn({ from: slice.from, to }, limit);
      matchCount += matches.length;
      const rest = matches.length < limit ? slice.from - 1n : (matches.at(-1)?.matchedUnixNano ?? 0n);
      yield* found.add(matches, rest);
      if (found.areTooShort) {
        const few = await fewLong(reader, found);
        if (few !== undefined) {
          if (few.length > 0) yield few;
          return;
        }
        // Not that few: the rest of these matches is looked at after all.
        found.allMayBeTooShort();
        continue;
      }
      if (matches.length < limit) break;
      // Once more what matched last: other traces may have matched at the same instant.
      if (rest + 1n === to) limit *= 2;
      to = rest + 1n;
    }
    found.forgetAfter(slice.from);
    if (matchCount < MANY_MATCHES) rowCount = Math.min(rowCount * SLICE_GROWTH, MAX_SLICE_ROW_COUNT);
  }
  const last = found.heap.popAfter(-1n);
  if (last.length > 0) yield last;
}

/** Where to start: behind `after` no trace starts later than its key, so most spans of interest start soon after it. */
async function continueFrom(plan: SearchPlan, reader: MatchReader, found: FoundTraces): Promise<bigint> {
  const { after, to } = plan;
  if (after === undefined || after.key + USUAL_TRACE_NANO >= to) return to;
  const usualEnd = after.key + USUAL_TRACE_NANO;
  const unusual = await reader.tracesAcross(after.key, usualEnd, MAX_UNUSUAL_TRACES + 1);
  if (unusual.length > MAX_UNUSUAL_TRACES) {
    const latest = (unusual[0]?.endTimeUnixNano ?? 0n) + 1n;
    return latest < to ? latest : to;
  }
  await found.resolve(await reader.matchesAmong(unusual));
  return usualEnd + 1n;
}

/** All that is still to be given out, in order, if few traces are long enough. */
async function fewLong(reader: MatchReader, found: FoundTraces): Promise<readonly TraceCandidate[] | undefined> {
  const long = await reader.longestTraces(undefined, FEW_TRACES + 1);
  if (long.length > FEW_TRACES) return undefined;
  for (let at = 0; at < long.length; at += MAX_CHUNK) {
    await found.resolve(await reader.matchesAmong(long.slice(at, at + MAX_CHUNK)));
  }
  return found.heap.popAfter(-1n);
}

class FoundTraces {
  readonly heap = new CandidateHeap();
  readonly #plan: SearchPlan;
  readonly #reader: MatchReader;
  /** Traces that are in the heap or were given out, with their start. */
  readonly #known = new Map<string, bigint>();
  /** Traces that a span of matched, by whether the trace itself does. */
  #candidateCount = 0;
  #rejectedCount = 0;
  #mayStop: boolean;

  constructor(plan: SearchPlan, reader: MatchReader) {
    this.#plan = plan;
    this.#reader = reader;
    this.#mayStop = plan.atLeastNano > 0n;
  }

  /** Whether nearly all were too short, so that it is better to begin with the long ones. */
  get areTooShort(): boolean {
    return this.#mayStop && this.#rejectedCount > MANY_REJECTED && this.#rejectedCount > RARE * this.#candidateCount;
  }

  allMayBeTooShort(): void {
    this.#mayStop = false;
  }

  /**
   * Takes matches in their order and gives out what is next; no trace still to come starts after `rest`. Stops as soon as
   * {@link areTooShort}.
   */
  async *add(matches: readonly Match[], rest: bigint): AsyncGenerator<readonly TraceCandidate[]> {
    let chunk = FIRST_CHUNK;
    for (let at = 0; at < matches.length;) {
      const part = matches.slice(at, at + chunk);
      at += part.length;
      chunk = Math.min(2 * chunk, MAX_CHUNK);
      await this.resolve(part);
      const page = this.heap.popAfter(matches[at]?.matchedUnixNano ?? rest);
      if (page.length > 0) yield page;
      if (this.areTooShort) return;
    }
    const page = this.heap.popAfter(rest);
    if (page.length > 0) yield page;
  }

  async resolve(matches: readonly Match[]): Promise<void> {
    const unknown = matches.filter(({ traceId }) => !this.#known.has(traceId));
    const candidates = await this.#reader.resolve(unknown);
    this.#candidateCount += candidates.length;
    this.#rejectedCount += unknown.length - candidates.length;
    for (const candidate of candidates) {
      this.#known.set(candidate.traceId, candidate.startTimeUnixNano);
      if (isBehind(candidate, this.#plan.after)) this.heap.push(candidate);
    }
  }

  /** A trace that starts at or after the instant is not found again in what is before it. */
  forgetAfter(instant: bigint): void {
    if (this.#known.size <= MAX_REMEMBERED) return;
    for (const [traceId, start] of this.#known) if (start >= instant) this.#known.delete(traceId);
  }
}

function isBehind({ traceId, startTimeUnixNano }: TraceCandidate, after: SearchPlan['after']): boolean {
  if (after === undefined || startTimeUnixNano < after.key) return true;
  return startTimeUnixNano === after.key && traceId > after.traceId;
}
