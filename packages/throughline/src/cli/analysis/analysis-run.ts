import { formatDuration } from '@throughline/model';
import type {
  AnalysisWindowAnswer,
  CompletenessAnswer,
  QueryClient,
  WindowParameters,
} from '@throughline/query/client';
import { formatLocalTime } from '../terminal/local-time.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a command asks, and where it shows the answer. */
export interface AnalysisRun {
  readonly terminal: Terminal;
  readonly client: QueryClient;
  readonly window: WindowParameters;
  readonly json: boolean;
}

/** The API's answer as it is, for programs; true if that is what was asked for. */
export function showJson({ terminal, json }: AnalysisRun, answer: unknown): boolean {
  if (json) terminal.out(`${JSON.stringify(answer)}\n`);
  return json;
}

/** On stderr: what time the answer is about, and what it misses. */
export function showNotes(
  { terminal }: AnalysisRun,
  { window, complete, reasons }: CompletenessAnswer & { readonly window?: AnalysisWindowAnswer },
): void {
  const { dim } = terminal.errColours;
  if (window !== undefined) terminal.err(`${dim(windowLine(window))}\n`);
  if (complete) return;
  terminal.err(`${dim(`Incomplete: ${reasons.map(({ message }) => printable(message)).join('; ')}`)}\n`);
}

const CHOSEN: Readonly<Record<AnalysisWindowAnswer['chosen'], string>> = {
  request: '',
  last_hour: ' (the last hour; choose with --since, --from, --to)',
  last_hour_of_data: ' (the last hour of the data, as nothing is newer; choose with --since, --from, --to)',
};

function windowLine({ start_time_unix_nano: from, end_time_unix_nano: to, chosen }: AnalysisWindowAnswer): string {
  return `From ${formatLocalTime(BigInt(from))} to ${formatLocalTime(BigInt(to))}${CHOSEN[chosen]}`;
}

/** The query that lists the traces behind what was shown. */
export function showQuery({ terminal }: AnalysisRun, query: string): void {
  terminal.err(`${terminal.errColours.dim(`Traces: throughline search ${shellQuoted(query)}`)}\n`);
}

function shellQuoted(text: string): string {
  return `'${printable(text).replaceAll("'", "'\\''")}'`;
}

/** Seconds since the epoch to local time, without the milliseconds. */
export function formatSeconds(seconds: number): string {
  return formatLocalTime(BigInt(Math.round(seconds * 1000)) * 1_000_000n).slice(0, -4);
}

export function formatNano(nano: number): string {
  return formatDuration(Math.round(nano));
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Up to three digits behind the point, as few as say it. */
export function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
