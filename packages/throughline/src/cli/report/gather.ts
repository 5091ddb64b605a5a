import type { CodedError } from '@throughline/model';
import {
  type AnalysisWindowAnswer,
  type ChangesAnswer,
  type CriticalPathProfileAnswer,
  type DependencyEdgeAnswer,
  type ErrorGroupAnswer,
  type ErrorsAnswer,
  type PerformanceAnswer,
  type QueryClient,
  QueryClientError,
  type Reason,
  type RootCauseAnswer,
  type SlowTracesAnswer,
  type TraceColumns,
  type WindowParameters,
} from '@throughline/query/client';
import { formatInstant } from '@throughline/model';
import { entryServices } from './entry-services.ts';

/** Everything that the server was asked for; what it could not answer is empty, and a reason says so. */
export interface Sources {
  readonly window: AnalysisWindowAnswer;
  readonly rootCauses: RootCauseAnswer | null;
  readonly changes: ChangesAnswer | null;
  readonly errorGroups: readonly ErrorGroupAnswer[];
  readonly slow: SlowTracesAnswer;
  readonly dependencies: readonly DependencyEdgeAnswer[];
  readonly services: readonly PerformanceAnswer[];
  readonly omittedServices: readonly string[];
  readonly criticalPath: readonly CriticalPathProfileAnswer[];
  readonly reasons: readonly Reason[];
  /** The same window for whatever is asked later. */
  readonly parameters: WindowParameters;
}

/**
 * Services asked about at once. What reads whole traces is asked one after the other beside them: the server computes it
 * with one thread, so that together they would only make each other late.
 */
const CONCURRENCY = 2;
/** Services that requests come in by whose critical paths are added up. */
const MAX_PROFILES = 2;
const PROFILE_OPERATIONS = 12;
/** Enough for ten among the slowest percent; reading more takes most of the report's time. */
const PROFILE_TRACES = 1_000;
/** From here a score shows as 100. */
const HEALTHY_SCORE = 99.95;
const LIST_LIMIT = 50;
const SLOW_LIMIT = 10;

/** @throws QueryClientError where the server cannot be reached, or does not know the window */
export async function gather(
  client: QueryClient,
  asked: WindowParameters,
  { maxServices }: { readonly maxServices: number },
): Promise<Sources> {
  const reasons: Reason[] = [];
  // The first answer, the quickest, settles the window, so that all others are about the same time.
  const slow = await client.slowTraces({ ...asked, limit: SLOW_LIMIT });
  reasons.push(...slow.reasons.map(({ code, message }) => ({ code, message: `Slow traces: ${message}` })));
  const { window } = slow;
  const parameters = exactly(window);

  const attempt = async <T extends { readonly reasons: readonly Reason[] }>(
    what: string,
    ask: () => Promise<T>,
  ): Promise<T | null> => {
    try {
      const answer = await again(ask);
      reasons.push(...answer.reasons.map(({ code, message }) => ({ code, message: `${what}: ${message}` })));
      return answer;
    } catch (error) {
      if (!(error instanceof QueryClientError) || error.code === 'unreachable') throw error;
      reasons.push(unanswered(what, error));
      return null;
    }
  };

  const [graph, names] = await Promise.all([
    attempt('Dependencies', () => client.dependencies(parameters)),
    client.services(parameters),
  ]);
  const dependencies = graph?.edges ?? [];
  const chosen = busiest(names, dependencies, maxServices);
  const omittedServices = names.filter((name) => !chosen.includes(name));
  const entries = entryServices(chosen, dependencies);

  let rootCauses: RootCauseAnswer | null = null;
  let changes: ChangesAnswer | null = null;
  let errors: ErrorsAnswer | null = null;
  const profiles = new Map<string, CriticalPathProfileAnswer>();
  const performances = new Map<string, PerformanceAnswer>();
  const profile = async (service: string): Promise<void> => {
    const answer = await attempt(`Critical path of ${service}`, () =>
      client.criticalPathProfile(service, { ...parameters, limit: PROFILE_OPERATIONS, traces: PROFILE_TRACES }),
    );
    if (answer !== null) profiles.set(service, answer);
  };
  const ofServices = chosen.map((service) => async () => {
    const performance = await attempt(service, () => client.servicePerformance(service, parameters));
    if (performance !== null) performances.set(service, performance);
  });
  const ofTraces = async (): Promise<void> => {
    errors = await attempt('Errors', () => client.errors({ ...parameters, limit: LIST_LIMIT }));
    rootCauses = await attempt('Root causes', () => client.rootCauses(parameters));
    changes = await attempt('Changes', () => client.changes({ ...parameters, limit: LIST_LIMIT }));
    for (const service of entries.slice(0, MAX_PROFILES)) await profile(service);
  };
  await Promise.all([ofTraces(), allOf(ofServices, CONCURRENCY)]);
  const worst = leastHealthy([...performances.values()]);
  if (worst !== undefined && !profiles.has(worst.service)) await profile(worst.service);

  return {
    window,
    rootCauses,
    changes,
    errorGroups: groupsOf(errors),
    slow,
    dependencies,
    services: chosen.flatMap((name) => performances.get(name) ?? []),
    omittedServices,
    criticalPath: [...profiles.values()],
    reasons,
    parameters,
  };
}

/** The traces by id; those that cannot be read are left out. */
export async function readColumns(
  client: QueryClient,
  traceIds: Iterable<string>,
): Promise<ReadonlyMap<string, TraceColumns>> {
  const found = new Map<string, TraceColumns>();
  await allOf(
    [...new Set(traceIds)].map((traceId) => async () => {
      try {
        found.set(traceId, (await client.getTraceColumns(traceId)).columns);
      } catch (error) {
        if (!(error instanceof QueryClientError) || error.code === 'unreachable') throw error;
      }
    }),
    CONCURRENCY,
  );
  return found;
}

function groupsOf(errors: ErrorsAnswer | null): readonly ErrorGroupAnswer[] {
  return errors?.groups ?? [];
}

/** A server that is busy with something else gets a second chance. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof QueryClientError) || error.code !== 'query_timeout') throw error;
    return ask();
  }
}

function exactly(window: AnalysisWindowAnswer): WindowParameters {
  return {
    start_time: formatInstant(BigInt(window.start_time_unix_nano)),
    end_time: formatInstant(BigInt(window.end_time_unix_nano)),
  };
}

function unanswered(what: string, error: CodedError): Reason {
  return { code: error.code, message: `${what}: ${error.message}` };
}

/** The service with the lowest score, if one is not healthy. */
export function leastHealthy(services: readonly PerformanceAnswer[]): PerformanceAnswer | undefined {
  const scored = services.filter(({ health }) => health !== null && health.score < HEALTHY_SCORE);
  return scored.toSorted((a, b) => (a.health?.score ?? 0) - (b.health?.score ?? 0))[0];
}

/** Services that requests come in by, then those with the most calls, so that a limit leaves out the least. */
function busiest(
  names: readonly string[],
  dependencies: readonly DependencyEdgeAnswer[],
  most: number,
): readonly string[] {
  const calls = new Map<string, number>();
  for (const { parent, child, call_count: count } of dependencies) {
    calls.set(child, (calls.get(child) ?? 0) + count);
    calls.set(parent, (calls.get(parent) ?? 0) + count);
  }
  const isEntry = new Set(entryServices(names, dependencies));
  return names
    .toSorted((a, b) => Number(isEntry.has(b)) - Number(isEntry.has(a)) || (calls.get(b) ?? 0) - (calls.get(a) ?? 0))
    .slice(0, most);
}

/** Runs all, a few at once; the first that fails stops the rest. */
async function allOf(tasks: readonly (() => Promise<void>)[], concurrency: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const task = tasks[next++];
      if (task === undefined) return;
      try {
        await task();
      } catch (error) {
        next = tasks.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, work));
}
