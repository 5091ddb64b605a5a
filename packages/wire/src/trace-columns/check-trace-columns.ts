import { SpanKind, StatusCode } from '@throughline/model';

import type { TraceColumnsHead } from './encode-trace-columns.ts';

/**
 * What is wrong with columns of the right lengths, if anything: whoever draws or walks the trace relies on indices that
 * point to something, parents before their children, and subtrees that lie within each other.
 */
export function checkTraceColumns(columns: TraceColumnsHead): string | undefined {
  const { spanCount, parent, depth, subtreeEnd, startOffsetNano, durationNano, kind, statusCode, error } = columns;
  const { name, service, resource, scope } = columns;
  for (let row = 0; row < spanCount; row++) {
    const above = parent[row] ?? 0;
    if (above < -1 || above >= row) return 'a parent that is not before its child';
    const end = subtreeEnd[row] ?? 0;
    const within = above === -1 ? spanCount : (subtreeEnd[above] ?? 0);
    if (end <= row || end > within) return 'a subtree that is not within its parent';
    if (depth[row] !== (above === -1 ? 0 : (depth[above] ?? 0) + 1)) return 'a wrong depth';
    if (!isOffset(startOffsetNano[row]) || !isOffset(durationNano[row])) return 'a time that is not one';
    if ((name[row] ?? 0) >= columns.strings.length || (service[row] ?? 0) >= columns.strings.length) {
      return 'a missing string';
    }
    if ((resource[row] ?? 0) >= columns.resources.length) return 'a missing resource';
    if ((scope[row] ?? 0) >= columns.scopes.length) return 'a missing scope';
    if ((kind[row] ?? 0) > SpanKind.CONSUMER) return 'an unknown kind';
    if ((statusCode[row] ?? 0) > StatusCode.ERROR) return 'an unknown status';
    if ((error[row] ?? 0) > 1) return 'an error flag that is not one';
  }
  return undefined;
}

/** A count of nanoseconds that 64 bits can hold. */
function isOffset(nanos: number | undefined): boolean {
  return nanos !== undefined && nanos >= 0 && nanos <= 2 ** 64;
}
