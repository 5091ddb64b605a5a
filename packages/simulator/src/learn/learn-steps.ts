import { SpanKind } from '@throughline/model';
import type { Target } from '../scenario/scenario.ts';
import { byPace, type Occurrence, ownFailure, type Pattern, patternsOf } from './patterns.ts';
import { type Role, textOf } from './span-role.ts';
import { shareOf, spreadOfCounts, spreadOfDurations } from './spread.ts';
import type { Execution, Item, Member, Timeline } from './timeline.ts';
import type { LearntFailure } from './trace-view.ts';

/** A step as a scenario file holds it. */
export type StepData = Readonly<Record<string, unknown>>;

/** Spans within spans of one operation; what is nested deeper is taken for work. */
export const MAX_NESTED_SPANS = 40;

/** What learning leaves out or puts together. */
export interface StepLosses {
  /** Spans nested deeper than {@link MAX_NESTED_SPANS}, of which no more is known than the time they took. */
  deepSpans: number;
  /** Executions whose way was too rare to be told apart. */
  mixedExecutions: number;
}

/**
 * Turns what an operation was seen doing into steps.
 *
 * The time of a span is what the span does itself (work) and what its children take. Work stands where it was seen:
 * before the first child, between two, and after the last. Children that overlap are parallel, each with the time that
 * passed before it began; those that outlive their parent are steps in the background. Durations are quantiles of what was
 * seen, drawn independently of each other, but for one thing: where a span did different things at different times, each
 * way is an alternative with its own share, times and failures.
 */
export class StepLearner {
  readonly losses: StepLosses = { deepSpans: 0, mixedExecutions: 0 };
  readonly #failedCalls: ToleratedCalls;

  constructor(executions: readonly Execution[]) {
    this.#failedCalls = toleratedCalls(executions);
  }

  /** What happens within the spans, which are all of one kind. */
  inside(executions: readonly Execution[], depth: number = 0): readonly StepData[] {
    const { ordered, mixed } = patternsOf(executions);
    this.losses.mixedExecutions += mixed.length;
    const paced = depth === 0 ? ordered.flatMap(byPace) : ordered;
    const ways = paced.map((pattern) => ({
      weight: pattern.occurrences.length,
      steps: this.#pattern(pattern, depth),
    }));
    if (mixed.length > 0) ways.push({ weight: mixed.length, steps: this.#mixed(mixed, depth) });
    const [only] = ways;
    if (only === undefined) return [];
    return ways.length === 1 ? only.steps : [{ choose: ways }];
  }

  #pattern({ failure, occurrences }: Pattern, depth: number): readonly StepData[] {
    const steps: StepData[] = [];
    const [first] = occurrences;
    for (const at of first?.segments.keys() ?? []) steps.push(...this.#segment(occurrences, at, depth));
    steps.push(...work(occurrences.map(({ timeline }) => timeline.tailNano)));
    if (failure !== undefined) steps.push(failStep(failure));
    return steps;
  }

  #segment(occurrences: readonly Occurrence[], at: number, depth: number): readonly StepData[] {
    const rounds = occurrences.map(({ segments }) => segments[at]?.items ?? []);
    const width = rounds[0]?.[0]?.length ?? 0;
    const steps: StepData[] = [];
    for (let i = 0; i < width; i++) {
      const items = rounds.flatMap((of) => of.map((round) => round[i]).filter((item) => item !== undefined));
      steps.push(...work(items.map(({ gapNano }) => gapNano)), ...this.#item(items, depth));
    }
    return repeated(steps, spreadOfCounts(rounds.map(({ length }) => length)));
  }

  /** Items of the same children: one child, or several at once. */
  #item(items: readonly Item[], depth: number): readonly StepData[] {
    const steps: StepData[] = [];
    const atOnce: StepData[] = [];
    const alongside: StepData[] = [];
    const isParallel = items.some(({ members }) => members.length > 1);
    for (const [key, members] of byKey(items.flatMap((item) => item.members))) {
      const counts = spreadOfCounts(items.map((item) => item.members.filter((member) => member.key === key).length));
      const { isBackground = false, isAlongside = false } = members[0] ?? {};
      if (isAlongside) {
        alongside.push(...alongsideData(members));
        continue;
      }
      const child = this.#child(members, depth);
      const offset = isParallel || isBackground ? work(members.map(({ offsetNano }) => offsetNano)) : [];
      if (isBackground) {
        steps.push({ background: [...offset, child], ...(counts === undefined ? {} : { repeat: counts }) });
        continue;
      }
      const branch = asOne([...offset, child]);
      if (!isParallel) steps.push(branch);
      else atOnce.push(counts === undefined ? branch : { parallel: [branch], copies: counts });
    }
    const [single] = atOnce;
    if (alongside.length > 0) steps.push({ parallel: atOnce, alongside });
    else if (single !== undefined) steps.push(atOnce.length === 1 ? single : { parallel: atOnce });
    return steps;
  }

  #child(members: readonly Member[], depth: number): StepData {
    const executions = members.map(({ execution }) => execution);
    const role = members[0]?.role;
    if (role === undefined) throw new Error('a step that nobody took');
    const hasOwnFailure = executions.some((execution) => ownFailure(execution) !== undefined);
    switch (role.kind) {
      case 'call':
        // A client that failed by itself is told as a span around the call.
        if (role.client !== undefined && hasOwnFailure) return this.#span(role.client, executions, depth);
        return {
          call: targetData(role.target),
          ...clientData(role, members),
          ...(this.#failedCalls.isTolerated(role.target) ? { optional: true } : {}),
        };
      case 'query':
        if (hasOwnFailure) return this.#span({ name: role.name, spanKind: SpanKind.CLIENT }, executions, depth);
        return {
          query: role.text,
          database: role.database,
          name: role.name,
          latency: spreadOfDurations(executions.map(durationOf)) ?? 0,
        };
      case 'publish':
        return { publish: role.queue, name: role.name };
      case 'span':
        return this.#span(role, executions, depth);
    }
  }

  #span(
    { name, spanKind }: { readonly name: string; readonly spanKind: SpanKind },
    executions: readonly Execution[],
    depth: number,
  ): StepData {
    const isTolerated = executions.filter(isTakenWell).length * 2 > executions.filter(hasFailed).length;
    const isDeep = depth >= MAX_NESTED_SPANS;
    if (isDeep)
      for (const { view, row } of executions) this.losses.deepSpans += (view.trace.subtreeEnd[row] ?? 0) - row - 1;
    const steps = isDeep ? work(executions.map(durationOf)) : this.inside(executions, depth + 1);
    return {
      span: name,
      ...(spanKind === SpanKind.INTERNAL || spanKind === SpanKind.UNSPECIFIED ? {} : { kind: kindText(spanKind) }),
      ...databaseAttributes(executions),
      ...(isTolerated ? { optional: true } : {}),
      ...(steps.length === 0 ? {} : { steps }),
    };
  }

  /** Each child by itself, as often and as frequently as it was seen; what overlapped is parallel. */
  #mixed(timelines: readonly Timeline[], depth: number): readonly StepData[] {
    const steps: StepData[] = [];
    const ownNano = timelines.map(({ items, tailNano }) => items.reduce((sum, { gapNano }) => sum + gapNano, tailNano));
    steps.push(...work(ownNano));
    const isAtOnce = ({ members }: Item): boolean => members.length > 1;
    const alone = timelines.flatMap(({ items }) =>
      items.filter((item) => !isAtOnce(item)).flatMap((item) => item.members),
    );
    for (const [key, members] of byKey(alone)) {
      const counts = countsOf(timelines, key, (item) => !isAtOnce(item));
      const [child] = this.#item(
        members.map((member) => ({ key, gapNano: 0, members: [member] })),
        depth,
      );
      if (child === undefined) continue;
      const { steps: some, probability } = sometimes(child, counts, 'repeat');
      steps.push({ ...some, ...(probability < 1 ? { probability } : {}) });
    }
    const branches: StepData[] = [];
    const alongside: StepData[] = [];
    const together = timelines.flatMap(({ items }) => items.filter(isAtOnce).flatMap((item) => item.members));
    for (const [key, members] of byKey(together)) {
      if (members[0]?.isAlongside === true) {
        alongside.push(...alongsideData(members));
        continue;
      }
      const counts = countsOf(timelines, key, isAtOnce);
      const child = this.#child(members, depth);
      const isBackground = members[0]?.isBackground === true;
      const branch = isBackground ? { background: [child] } : { parallel: [child] };
      const { steps: some, probability } = sometimes(branch, counts, isBackground ? 'repeat' : 'copies');
      branches.push({ ...some, ...(probability < 1 ? { probability } : {}) });
    }
    if (alongside.length > 0) steps.push({ parallel: branches, alongside });
    else if (branches.length > 0) steps.push(branches.length === 1 ? asOne(branches) : { parallel: branches });
    return steps;
  }
}

/** The calls of an operation whose failure its callers mostly survive. */
interface ToleratedCalls {
  isTolerated(target: Target): boolean;
}

function toleratedCalls(executions: readonly Execution[]): ToleratedCalls {
  const fates = new Map<string, { survived: number; failed: number }>();
  for (const { view, row } of executions) {
    const end = view.trace.subtreeEnd[row] ?? row;
    for (let at = row + 1; at < end; at++) {
      if (view.isEntry[at] !== true || view.failures[at] === undefined) continue;
      const key = `${view.services[at] ?? ''}\0${view.names[at] ?? ''}`;
      const fate = fates.get(key) ?? { survived: 0, failed: 0 };
      fates.set(key, fate);
      if (isSurvived(view, at)) fate.survived++;
      else fate.failed++;
    }
  }
  return {
    isTolerated: ({ service, operation }) => {
      const fate = fates.get(`${service}\0${operation}`);
      return fate !== undefined && fate.survived > fate.failed;
    },
  };
}

/** Whether what called the row did not fail; a span around the call alone is not asked. */
function isSurvived({ trace, failures, children, isEntry }: Execution['view'], row: number): boolean {
  let above = trace.parent[row] ?? -1;
  if (above >= 0 && children[above]?.length === 1 && isEntry[above] !== true) above = trace.parent[above] ?? -1;
  return above >= 0 && failures[above] === undefined;
}

function hasFailed({ view, row }: Execution): boolean {
  return view.failures[row] !== undefined;
}

/** A failure of which the parent knows nothing. */
function isTakenWell(execution: Execution): boolean {
  const { view, row } = execution;
  const above = view.trace.parent[row] ?? -1;
  return hasFailed(execution) && above >= 0 && view.failures[above] === undefined;
}

function durationOf({ view, row }: Execution): number {
  return (view.endNano[row] ?? 0) - (view.startNano[row] ?? 0);
}

function byKey(members: readonly Member[]): Map<string, Member[]> {
  return Map.groupBy(members, ({ key }) => key);
}

function alongsideData([member]: readonly Member[]): readonly StepData[] {
  if (member?.role.kind !== 'span') return [];
  const { name, spanKind } = member.role;
  return [{ span: name, ...(spanKind === SpanKind.INTERNAL ? {} : { kind: kindText(spanKind) }) }];
}

function countsOf(timelines: readonly Timeline[], key: string, counts: (item: Item) => boolean): readonly number[] {
  return timelines.map(({ items }) =>
    items.filter(counts).reduce((sum, { members }) => sum + members.filter((member) => member.key === key).length, 0),
  );
}

function sometimes(
  step: StepData,
  counts: readonly number[],
  times: 'repeat' | 'copies',
): { readonly steps: StepData; readonly probability: number } {
  const some = counts.filter((count) => count > 0);
  const spread = spreadOfCounts(some);
  return {
    steps: spread === undefined ? step : { ...asOne([step]), [times]: spread },
    probability: shareOf(some.length, counts.length),
  };
}

function work(nanos: readonly number[]): readonly StepData[] {
  const spread = spreadOfDurations(nanos);
  return spread === undefined ? [] : [{ work: spread }];
}

function asOne(steps: readonly StepData[]): StepData {
  const [only] = steps;
  return only !== undefined && steps.length === 1 ? only : { sequence: steps };
}

function repeated(steps: readonly StepData[], counts: unknown): readonly StepData[] {
  if (counts === undefined || steps.length === 0) return steps;
  const one = asOne(steps);
  return [{ ...('repeat' in one ? { sequence: [one] } : one), repeat: counts }];
}

function failStep({ type, status }: LearntFailure): StepData {
  return { fail: type, ...(status === 500 ? {} : { status }) };
}

/** As text where its parts can be told apart. */
export function targetData({ service, operation }: Target): unknown {
  const isPlain = !/\s/.test(service) && operation === operation.trim() && !/[\r\n]/.test(operation);
  return isPlain ? `${service} ${operation}` : { service, operation };
}

function clientData({ client }: Extract<Role, { kind: 'call' }>, members: readonly Member[]): StepData {
  if (client === undefined) return { client: 'none' };
  const before: number[] = [];
  const after: number[] = [];
  for (const { role, execution } of members) {
    if (role.kind !== 'call') continue;
    const { startNano, endNano } = execution.view;
    const durationNano = durationOf(execution);
    const calledNano = (endNano[role.entryRow] ?? 0) - (startNano[role.entryRow] ?? 0);
    const aroundNano = Math.max(0, durationNano - calledNano);
    const seenNano = (startNano[role.entryRow] ?? 0) - (startNano[execution.row] ?? 0);
    const beforeNano = Math.max(0, Math.min(aroundNano, seenNano));
    before.push(beforeNano);
    after.push(aroundNano - beforeNano);
  }
  const [beforeSpread, afterSpread] = [spreadOfDurations(before), spreadOfDurations(after)];
  return {
    client: {
      name: client.name,
      ...(client.spanKind === SpanKind.CLIENT ? {} : { kind: kindText(client.spanKind) }),
      ...(beforeSpread === undefined ? {} : { before: beforeSpread }),
      ...(afterSpread === undefined ? {} : { after: afterSpread }),
    },
  };
}

/** A query that is told as a span stays one of a database. */
function databaseAttributes(executions: readonly Execution[]): StepData {
  const [first] = executions;
  const span = first?.view.trace.spans[first.row];
  const system = span === undefined ? undefined : textOf(span, 'db.system.name', 'db.system');
  return system === undefined ? {} : { attributes: { 'db.system.name': system } };
}

export function kindText(kind: SpanKind): string {
  switch (kind) {
    case SpanKind.SERVER:
      return 'server';
    case SpanKind.CLIENT:
      return 'client';
    case SpanKind.PRODUCER:
      return 'producer';
    case SpanKind.CONSUMER:
      return 'consumer';
    case SpanKind.INTERNAL:
    case SpanKind.UNSPECIFIED:
      return 'internal';
  }
}
