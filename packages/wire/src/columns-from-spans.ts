import type { SpanColumns, SpanRejection } from '@throughline/model';

import type { DecodedSpans } from './decoded-spans.ts';
import { decodeOtlpColumnsWithOrdinals } from './otlp/decode-columns.ts';
import { encodeGroups, groupSpans } from './otlp/encode-request.ts';
import type { OtlpLimits } from './otlp/limits.ts';

/**
 * Spans of any format as columns, by way of their OTLP encoding: there is one path into the store. Rows are grouped by
 * resource and scope. `rejected` and the weights are carried over; a span that OTLP's limits or ids rule out is counted
 * as rejected here as well.
 */
export function columnsFromSpans(decoded: DecodedSpans, limits: Partial<OtlpLimits> = {}): SpanColumns {
  const groups = groupSpans(decoded.spans);
  const { columns, ordinal } = decodeOtlpColumnsWithOrdinals(encodeGroups(groups), limits);
  const spans = groups.flatMap((group) => group.scopes.flatMap((scope) => scope.spans));
  for (let row = 0; row < columns.spanCount; row++) columns.weight[row] = spans[ordinal[row] ?? 0]?.weight ?? 1;
  return { ...columns, rejected: sum(decoded.rejected, columns.rejected) };
}

type Rejected = DecodedSpans['rejected'];

function sum(a: Rejected, b: Rejected): Rejected {
  const total: Partial<Record<SpanRejection, number>> = { ...a };
  // Its keys are reasons; a decoder's result has no others.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  for (const reason of Object.keys(b) as SpanRejection[]) total[reason] = (total[reason] ?? 0) + (b[reason] ?? 0);
  return total;
}
