import type { TraceColumns } from '@throughline/model';

import type { ModelPrice } from '../../../settings/ui-settings.ts';
import type { DetailsReader } from '../../span-details.ts';
import { costOf } from './cost.ts';
import { type GenAiCall, genAiCall } from './gen-ai-call.ts';

/** Spans looked at below an agent: more would hold up the page. */
const MAX_ROWS = 5_000;

export interface ModelCall {
  readonly row: number;
  readonly call: GenAiCall;
  readonly cost: number | undefined;
}

/** Calls of models and tools below a span, with the sums of what they say. */
export interface ModelCalls {
  readonly calls: readonly ModelCall[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined where no call has a price. */
  readonly cost: number | undefined;
  /** Whether some calls with tokens have no price, so that the cost is a lower bound. */
  readonly isCostPartial: boolean;
  /** Whether there were more spans than were looked at. */
  readonly isCut: boolean;
}

/** What happened below a row, in the order of time. Agents and workflows sum up their own calls and do not count twice. */
export function modelCallsBelow(
  columns: TraceColumns,
  details: DetailsReader,
  row: number,
  prices: Readonly<Record<string, ModelPrice>>,
): ModelCalls {
  const end = columns.subtreeEnd[row] ?? row + 1;
  const lastRow = Math.min(end, row + 1 + MAX_ROWS);
  const calls: ModelCall[] = [];
  for (let below = row + 1; below < lastRow; below++) {
    const span = details.span(below);
    const call = genAiCall(span.attributes, span.events);
    if (call === undefined || isContainer(call)) continue;
    calls.push({ row: below, call, cost: costOf(call.model, call.usage, prices) });
  }
  calls.sort((a, b) => (columns.startOffsetNano[a.row] ?? 0) - (columns.startOffsetNano[b.row] ?? 0));
  const priced = calls.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const counted = calls.filter(({ call: { usage } }) => usage.input !== undefined || usage.output !== undefined);
  return {
    calls,
    inputTokens: calls.reduce((sum, { call }) => sum + (call.usage.input ?? 0), 0),
    outputTokens: calls.reduce((sum, { call }) => sum + (call.usage.output ?? 0), 0),
    cost: priced.length === 0 ? undefined : priced.reduce((sum, cost) => sum + cost, 0),
    isCostPartial: priced.length < counted.length,
    isCut: lastRow < end,
  };
}

function isContainer({ operation }: GenAiCall): boolean {
  return /agent|workflow|chain/.test(operation);
}
