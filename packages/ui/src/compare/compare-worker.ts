import type { Trace } from '@throughline/model';
import { createQueryClient, QueryClientError, type TraceColumns } from '@throughline/query/client';

import { fieldDifferences } from './attribute-differences.ts';
import type { CompareReply, CompareRequest } from './compare-messages.ts';
import { comparisonOf } from './comparison.ts';
import { traceOfColumns } from '../trace/in-worker/column-trace.ts';

/** Reads two traces and compares them, away from the page's own thread. */

let traces: { readonly a: Trace; readonly b: Trace } | undefined;

function reply(message: CompareReply): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has no origin to name
  postMessage(message);
}

async function read(side: 'a' | 'b', baseUrl: string, traceId: string): Promise<TraceColumns> {
  try {
    return (await createQueryClient({ baseUrl }).getTraceColumns(traceId)).columns;
  } catch (error) {
    throw new SideError(side, error);
  }
}

class SideError extends Error {
  readonly side: 'a' | 'b';

  constructor(side: 'a' | 'b', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.side = side;
  }
}

async function compare({ baseUrl, a, b }: Extract<CompareRequest, { kind: 'compare' }>): Promise<void> {
  try {
    const [left, right] = await Promise.all([read('a', baseUrl, a), read('b', baseUrl, b)]);
    traces = { a: traceOfColumns(left), b: traceOfColumns(right) };
    reply({ kind: 'compared', comparison: comparisonOf(left, right) });
  } catch (error) {
    const cause = error instanceof SideError ? error.cause : error;
    reply({
      kind: 'failed',
      side: error instanceof SideError ? error.side : undefined,
      code: cause instanceof QueryClientError ? cause.code : 'failed',
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

// The page's own types: this module is a worker's, of whose globals only these are used.
addEventListener('message', (event: MessageEvent<CompareRequest>) => {
  const { data } = event;
  if (data.kind === 'compare') void compare(data);
  else if (traces !== undefined) {
    const fields = fieldDifferences(traces.a.spans[data.aRow], traces.b.spans[data.bRow]);
    reply({ kind: 'fields', node: data.node, fields });
  }
});
