import type { Trace } from '@throughline/model';
import { type TraceCompleteness, traceCompleteness } from './completeness.ts';
import { type Concurrency, concurrency } from './concurrency.ts';
import { criticalPath, type CriticalPath } from './critical-path.ts';
import { type Gap, gaps } from './gaps.ts';
import { findPatterns } from './patterns/find-patterns.ts';
import type { Pattern, PatternOptions } from './patterns/pattern.ts';
import { selfTimes } from './self-time.ts';
import { type TraceSummary, traceSummary } from './summary.ts';
import { traceFacts } from './trace-facts.ts';

/** All that one trace tells by itself. Rows are those of the trace; times are nanoseconds from its start. */
export interface TraceAnalysis {
  readonly summary: TraceSummary;
  readonly completeness: TraceCompleteness;
  readonly criticalPath: CriticalPath;
  readonly selfNano: Float64Array;
  readonly concurrency: Concurrency;
  readonly gaps: readonly Gap[];
  readonly patterns: readonly Pattern[];
}

/** O(n log n) time and O(n) memory; never fails, also on an empty trace. */
export function analyzeTrace(trace: Trace, options: Partial<PatternOptions> = {}): TraceAnalysis {
  const facts = traceFacts(trace);
  const path = criticalPath(facts);
  const selfNano = selfTimes(facts);
  return {
    summary: traceSummary(facts, path, selfNano),
    completeness: traceCompleteness(facts),
    criticalPath: path,
    selfNano,
    concurrency: concurrency(facts),
    gaps: gaps(facts, path),
    patterns: findPatterns(facts, path, options),
  };
}
