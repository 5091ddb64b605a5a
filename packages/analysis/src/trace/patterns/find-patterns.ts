import type { CriticalPath } from '../critical-path.ts';
import { ownPathTime } from '../own-path-time.ts';
import type { TraceFacts } from '../trace-facts.ts';
import { chattyService } from './chatty-service.ts';
import { errorOriginPatterns } from './error-origin.ts';
import {
  DEFAULT_PATTERN_OPTIONS,
  type Pattern,
  type PatternContext,
  type PatternDetector,
  type PatternOptions,
} from './pattern.ts';
import { queueWait } from './queue-wait.ts';
import { nPlusOne, repeatedSlowQuery } from './repeated-calls.ts';
import { retryStorm } from './retry-storm.ts';
import { sequentialCalls } from './sequential-calls.ts';
import { spanShapes } from './span-shapes.ts';
import { highCardinality, payloadInAttribute } from './telemetry-quality.ts';
import { timeoutCascade } from './timeout-cascade.ts';

const DETECTORS: readonly PatternDetector[] = [
  errorOriginPatterns,
  timeoutCascade,
  retryStorm,
  nPlusOne,
  repeatedSlowQuery,
  sequentialCalls,
  queueWait,
  chattyService,
  payloadInAttribute,
  highCardinality,
];

/**
 * The patterns of a trace: those that save most first, then by kind (errors before slowness before housekeeping). Of
 * each kind at most `maxPatternsPerKind`, the dearest. O(n log n).
 */
export function findPatterns(
  facts: TraceFacts,
  path: CriticalPath,
  overrides: Partial<PatternOptions> = {},
): readonly Pattern[] {
  const options = { ...DEFAULT_PATTERN_OPTIONS, ...overrides };
  const before = new Float64Array(facts.spanCount + 1);
  for (let row = 0; row < facts.spanCount; row++) {
    before[row + 1] = (before[row] ?? 0) + (path.contributionNano[row] ?? 0);
  }
  const context: PatternContext = {
    facts,
    path,
    shapes: spanShapes(facts),
    subtreeCritical: (row) => (before[facts.trace.subtreeEnd[row] ?? 0] ?? 0) - (before[row] ?? 0),
    ownPathTime: ownPathTime(path),
    options,
  };
  return DETECTORS.flatMap((detect) =>
    detect(context)
      .toSorted((a, b) => b.savingNano - a.savingNano || b.spanCount - a.spanCount)
      .slice(0, options.maxPatternsPerKind)
      .map((pattern): Pattern => ({ ...pattern, rows: pattern.rows.slice(0, options.maxEvidence) })),
  ).toSorted((a, b) => b.savingNano - a.savingNano);
}
