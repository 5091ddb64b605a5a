import type { QueryConditions } from '@throughline/traceql';
import type { TimeWindow } from '../span-store.ts';

/** Which distinct spans are counted: those that satisfy the conditions and started within the window. */
export interface SpanFilter {
  /** Only exact ones can be counted by. */
  readonly conditions: QueryConditions;
  readonly window: TimeWindow;
}
