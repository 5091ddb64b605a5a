import type { QueryClient, SearchAnswer } from '@throughline/query/client';
import type { Server } from '../client/client-options.ts';
import { connect } from '../client/connect.ts';
import { explainQueryErrors } from '../client/explain-query-errors.ts';
import type { Window } from '../client/time-options.ts';
import type { SearchOptions } from '../search-command.ts';
import { formatLocalTime } from '../terminal/local-time.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { searchParameters } from './search-parameters.ts';
import { formatSearchTable } from './search-table.ts';

export async function runSearch(search: {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly query: string | undefined;
  readonly options: SearchOptions;
  readonly window: Window;
}): Promise<void> {
  const { terminal, query, options, window } = search;
  const client = connect(search.server);
  const answer = await explainQueryErrors(query, () =>
    client.searchTraces({
      ...searchParameters(query, options, window),
      limit: options.limit,
      order: options.order,
      cursor: options.cursor,
    }),
  );
  if (options.json === true) {
    terminal.out(`${JSON.stringify(answer)}\n`);
    return;
  }
  if (answer.traces.length > 0) terminal.out(formatSearchTable(answer.traces, terminal));
  for (const line of completenessLines(answer)) terminal.err(`${terminal.errColours.dim(line)}\n`);
  if (answer.traces.length === 0 && answer.complete) await suggestWindow(terminal, client, window);
}

/** What the list holds of all that match, and why not all of it. */
export function completenessLines(answer: Pick<SearchAnswer, 'traces' | 'complete' | 'reasons' | 'cursor'>): string[] {
  const count = answer.traces.length;
  const traces = count === 1 ? '1 trace' : `${count} traces`;
  const lines: string[] = [];
  if (count === 0 && answer.cursor === null) lines.push(answer.complete ? 'No traces match.' : 'No traces found.');
  else if (answer.cursor !== null) {
    lines.push(`${traces}; there may be more: raise --limit, or continue with`, `  --cursor ${answer.cursor}`);
  } else lines.push(answer.complete ? `${traces}: all that match.` : `${traces}.`);
  if (!answer.complete) {
    lines.push(`Incomplete: ${answer.reasons.map((reason) => printable(reason.message)).join('; ')}`);
  }
  return lines;
}

/** An empty window over a store that has data is most often the wrong window. */
async function suggestWindow(terminal: Terminal, client: QueryClient, window: Window): Promise<void> {
  if (window.fromUnixNano === undefined && window.toUnixNano === undefined) return;
  const { data_window: data } = await client.status();
  if (data === null) {
    terminal.err('Nothing is stored yet.\n');
    return;
  }
  const from = formatLocalTime(BigInt(data.start_time_unix_nano));
  const to = formatLocalTime(BigInt(data.end_time_unix_nano));
  terminal.err(`Stored spans start between ${from} and ${to} (local time).\n`);
}
