import { formatDuration } from '@throughline/model';
import type { CriticalPathProfileAnswer, PerformanceAnswer } from '@throughline/query/client';
import { counted, formatCount } from '../terminal/count.ts';
import { fit } from '../terminal/fit.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ErrorFinding, Report, Suspect } from './report.ts';
import { windowText } from './window-text.ts';
import { percent } from './words.ts';

type Screen = Pick<Terminal, 'columns' | 'colours'>;

const MAX_SUSPECTS = 5;
const MAX_EVIDENCE = 3;
const MAX_ERRORS = 10;
const MAX_COMPONENTS = 6;

/** The report for a terminal: what is wrong first, then the figures. */
export function formatReport(report: Report, screen: Screen): string {
  const { colours } = screen;
  const heading = (text: string): string => `${colours.bold(text)}\n`;
  const parts = [
    `${colours.bold(printable(report.verdict))}\n${report.summary.map((each) => `${printable(each)}\n`).join('')}` +
      `${colours.dim(windowText(report))}\n`,
    ...report.suspects.slice(0, MAX_SUSPECTS).map((suspect, index) => suspectText(suspect, index + 1, screen)),
  ];
  if (report.errors.length > 0) parts.push(heading('Errors, by kind') + errorTable(report.errors, screen));
  for (const profile of report.critical_path) {
    if (profile.components.length > 0) {
      parts.push(
        heading(`Where requests to ${printable(profile.service)} spend their time`) + profileTable(profile, screen),
      );
    }
  }
  if (report.services.length > 0) parts.push(heading('Services') + serviceTable(report.services, screen));
  const notes = report.reasons.map(({ message }) => `${colours.yellow('!')} ${printable(message)}\n`);
  if (report.omitted_services.length > 0) {
    const count = counted(report.omitted_services.length, 'service');
    notes.push(`${colours.yellow('!')} ${count} with fewer calls left out; --services takes more\n`);
  }
  if (notes.length > 0) parts.push(notes.join(''));
  return parts.join('\n');
}

function suspectText(suspect: Suspect, rank: number, { colours, columns = Number.POSITIVE_INFINITY }: Screen): string {
  const room = columns - 5;
  const lines = [
    `${rank}. ${colours.bold(serviceColour(colours, suspect.service)(printable(suspect.service)))}  ` +
      colours.dim(`${suspect.strength} evidence, ${suspect.score.toFixed(2)}`),
  ];
  for (const { text, query } of suspect.evidence.slice(0, MAX_EVIDENCE)) {
    lines.push(`   - ${fit(printable(text), room)}`);
    // Whole, so that it can be copied.
    lines.push(`     ${colours.dim(printable(query))}`);
  }
  for (const { key, value, before_share: before, after_share: after } of suspect.marks) {
    lines.push(
      `   - ${printable(`goes with ${key ?? ''} = ${value ?? ''}: ${percent(after)} of these, ${percent(before)} of others`)}`,
    );
  }
  if (suspect.sample !== null) lines.push(`     ${printable(suspect.sample.url)}`);
  return `${lines.join('\n')}\n`;
}

function errorTable(errors: readonly ErrorFinding[], screen: Screen): string {
  const layout: readonly Column<ErrorFinding>[] = [
    { title: 'COUNT', text: ({ count }) => formatCount(count), align: 'right' },
    {
      title: '',
      text: ({ is_new: isNew, is_burst: isBurst }) => (isNew ? 'new' : isBurst ? 'burst' : ''),
      paint: (text) => screen.colours.red(text),
    },
    { title: 'SERVICE', text: ({ service }) => printable(service) },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
    {
      title: 'ERROR',
      text: ({ type, message }) => printable([type, message].filter((text) => text !== '').join(': ')),
      shrinks: true,
    },
    {
      title: 'STARTED IN',
      text: ({ origin, service }) =>
        origin === null || origin.service === service ? '' : printable(`${origin.service}: ${origin.operation}`),
      shrinks: true,
    },
  ];
  return formatTable(errors.slice(0, MAX_ERRORS), layout, screen);
}

function profileTable(profile: CriticalPathProfileAnswer, screen: Screen): string {
  type Row = CriticalPathProfileAnswer['components'][number];
  const { duration } = profile;
  const time = (nano: number, whole: number): string =>
    `${formatDuration(Math.round(nano))} ${whole > 0 ? percent(nano / whole).padStart(7) : ''}`;
  const layout: readonly Column<Row>[] = [
    { title: 'SLOWEST 1 %', text: ({ p99_nano: nano }) => time(nano, duration.p99_nano), align: 'right' },
    { title: 'MEDIAN', text: ({ p50_nano: nano }) => time(nano, duration.p50_nano), align: 'right' },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(screen.colours, service)(text),
    },
    { title: 'OPERATION', text: ({ operation }) => printable(operation), shrinks: true },
  ];
  return formatTable(profile.components.slice(0, MAX_COMPONENTS), layout, screen);
}

function serviceTable(services: readonly PerformanceAnswer[], screen: Screen): string {
  const nano = (value: number | undefined): string => (value === undefined ? '-' : formatDuration(Math.round(value)));
  const layout: readonly Column<PerformanceAnswer>[] = [
    { title: 'HEALTH', text: ({ health }) => (health === null ? '-' : health.score.toFixed(1)), align: 'right' },
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(screen.colours, service)(text),
      shrinks: true,
    },
    { title: 'REQUESTS', text: ({ request_count: count }) => formatCount(count), align: 'right' },
    { title: 'ERRORS', text: ({ error_rate: rate }) => percent(rate), align: 'right' },
    { title: 'P50', text: ({ durations }) => nano(durations?.p50_nano), align: 'right' },
    { title: 'P95', text: ({ durations }) => nano(durations?.p95_nano), align: 'right' },
    { title: 'P99', text: ({ durations }) => nano(durations?.p99_nano), align: 'right' },
    { title: 'MAX', text: ({ durations }) => nano(durations?.max_nano), align: 'right' },
    { title: 'SLOW', text: ({ slow_trace_count: count }) => formatCount(count), align: 'right' },
    {
      title: 'FIRST SLOW OR FAILED TRACE',
      text: ({ slow_traces: [slow], error_traces: [failed] }) => (failed ?? slow)?.trace_id ?? '',
    },
  ];
  return formatTable(services, layout, screen);
}
