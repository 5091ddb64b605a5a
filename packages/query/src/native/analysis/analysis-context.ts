import { CodedError, secondsFromNanos } from '@throughline/model';
import { nearestName, type Query } from '@throughline/traceql';
import type { TimeWindow } from '@throughline/store';
import type { AnalysisWindow } from '../../analysis-window.ts';
import type { IncompletenessReason } from '../../completeness.ts';
import type { QueryContext } from '../../query-context.ts';
import { findMatchingTraces, type MatchingTraces } from '../../search-traces.ts';
import type { TraceSummaryAnswer } from '../answer-types.ts';
import { summaryAnswer, times } from '../to-answers.ts';
import type { AnalysisWindowAnswer } from './set-answer-types.ts';

/** What the handlers of analyses are given: who asks, and until when. */
export interface AnalysisCall extends QueryContext {
  readonly tenant: string;
  readonly signal: AbortSignal;
}

export function analysisWindowAnswer(window: AnalysisWindow): AnalysisWindowAnswer {
  return { ...times(window.fromUnixNano, window.toUnixNano), chosen: window.chosen };
}

export function secondsOf(unixNano: bigint): number {
  return secondsFromNanos(unixNano);
}

/** @throws CodedError `service_not_found` of a service that has no stored span at all. */
export async function requireService(service: string, { store, tenant, signal }: AnalysisCall): Promise<void> {
  const services = await store.services(tenant, undefined, { signal });
  if (services.includes(service)) return;
  const nearest = nearestName(service, services);
  const hint = nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
  throw new CodedError('service_not_found', `There is no service ${JSON.stringify(service)}${hint}`);
}

/** The first traces of a search, with what is missing from the list. */
export async function listTraces(
  call: AnalysisCall,
  search: {
    readonly query: Query;
    readonly window: TimeWindow;
    readonly order: 'newest' | 'longest';
    readonly limit: number;
  },
): Promise<{ readonly summaries: readonly TraceSummaryAnswer[]; readonly found: MatchingTraces }> {
  const { store, tenant, signal } = call;
  const found = await findMatchingTraces({ tenant, ...search }, call);
  const summaries = await store.summarizeTraces(tenant, found.traces, { signal });
  return { summaries: summaries.map(summaryAnswer), found };
}

/** Reasons that are about the list, not about the store, which are told once. */
export function listReasons({ reasons }: MatchingTraces): readonly IncompletenessReason[] {
  return reasons.filter(({ code }) => code !== 'spans_evicted');
}
