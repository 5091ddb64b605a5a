import { formatDuration } from '@throughline/model';
import type { PathSegmentAnswer, PatternAnswer, TraceAnalysisAnswer } from '@throughline/query/client';
import { counted, formatCount } from '../terminal/count.ts';
import { fit, padStart } from '../terminal/fit.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { timeBar } from './time-bar.ts';

type Screen = Pick<Terminal, 'columns' | 'colours'>;

const BAR_WIDTH = 24;
const MIN_COLUMNS_FOR_BAR = 100;

/** A line a stretch of the critical path, in time order, then what each service has of it. */
export function formatCriticalPath(analysis: TraceAnalysisAnswer, screen: Screen): string {
  const { colours } = screen;
  const total = analysis.duration_nano;
  const hasBar = screen.columns !== undefined && screen.columns >= MIN_COLUMNS_FOR_BAR;
  const isGap = ({ kind }: PathSegmentAnswer): boolean => kind === 'gap';
  const layout: readonly Column<PathSegmentAnswer>[] = [
    { title: 'FROM', text: ({ start_offset_nano: nano }) => formatDuration(nano), align: 'right' },
    { title: 'TIME', text: ({ duration_nano: nano }) => formatDuration(nano), align: 'right' },
    { title: 'SHARE', text: ({ duration_nano: nano }) => formatShare(nano, total), align: 'right' },
    ...(hasBar ? [barColumn(total, screen)] : []),
    {
      title: 'SERVICE',
      text: ({ service }) => printable(service),
      paint: (text, { service }) => serviceColour(colours, service)(text),
    },
    {
      title: 'OPERATION',
      text: (segment) => (isGap(segment) ? 'nothing ran before ' : '') + printable(segment.operation),
      paint: (text, segment) => (isGap(segment) ? colours.yellow(text) : text),
      shrinks: true,
    },
  ];
  const table = formatTable(analysis.critical_path.segments, layout, screen);
  const omitted = analysis.critical_path.omitted_nano;
  const rest = omitted > 0 ? `… ${formatDuration(omitted)} in shorter stretches\n` : '';
  const onPath = analysis.services.filter(({ critical_nano: nano }) => nano > 0);
  const services = onPath.map(
    ({ service, critical_nano: nano }) => `${printable(service)} ${formatShare(nano, total)}`,
  );
  const line = services.length === 0 ? '' : `\nOn the path: ${services.join(', ')}\n`;
  return table + rest + line;
}

function barColumn(total: number, { colours }: Screen): Column<PathSegmentAnswer> {
  return {
    title: '',
    text: ({ start_offset_nano: start, duration_nano: nano }) => timeBar(start, nano, total, BAR_WIDTH),
    paint: (text, { service }) => serviceColour(colours, service)(text),
  };
}

function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : '-';
}

const SAVING_WIDTH = 8;
const MAX_SPAN_IDS = 3;

/** Each pattern with what it would save, then the spans to look at. */
export function formatPatterns({ patterns, duration_nano: total }: TraceAnalysisAnswer, screen: Screen): string {
  const { colours, columns = Number.POSITIVE_INFINITY } = screen;
  if (patterns.length === 0) return 'No patterns.\n';
  const lines = [colours.dim(`${padStart('SAVES', SAVING_WIDTH)}  PATTERN`)];
  for (const pattern of patterns) {
    const saving = pattern.saving_nano > 0 ? formatDuration(pattern.saving_nano) : '-';
    const room = columns - SAVING_WIDTH - 2;
    const name = pattern.kind.replaceAll('_', ' ');
    const unsure = pattern.confidence === 'possible' ? ' (possible)' : '';
    const share = pattern.saving_nano > 0 ? `, up to ${formatShare(pattern.saving_nano, total)}` : '';
    lines.push(`${padStart(saving, SAVING_WIDTH)}  ${colours.bold(fit(`${name}${unsure}${share}`, room))}`);
    const indent = ' '.repeat(SAVING_WIDTH + 2);
    lines.push(`${indent}${fit(printable(pattern.summary), room)}`);
    lines.push(`${indent}${colours.dim(fit(evidenceText(pattern), room))}`);
  }
  return `${lines.join('\n')}\n`;
}

function evidenceText({ span_ids: ids, span_count: count }: PatternAnswer): string {
  const shown = ids.slice(0, MAX_SPAN_IDS).join(' ');
  return count > MAX_SPAN_IDS ? `${shown} … ${formatCount(count)} spans` : `${counted(count, 'span')}: ${shown}`;
}
