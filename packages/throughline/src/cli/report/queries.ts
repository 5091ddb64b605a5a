import { callFilter, printQuery, spanFilter } from '@throughline/traceql';

/** Spans of the service, or of one of its operations. */
export function spansText(service: string, operation?: string): string {
  return printQuery(spanFilter({ service, ...(operation !== undefined && { operation }) }));
}

/** Calls from one service to another. */
export function edgeText(parent: string, child: string): string {
  return printQuery(callFilter(parent, child));
}
