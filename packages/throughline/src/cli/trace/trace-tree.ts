import { formatDuration, type TraceColumns } from '@throughline/model';
import { decodeSpanDetails, type SpanDetails } from '@throughline/wire';
import { counted } from '../terminal/count.ts';
import { fit, padStart, textWidth } from '../terminal/fit.ts';
import { printable } from '../terminal/printable.ts';
import { serviceColour } from '../terminal/service-colour.ts';
import type { Colours, Terminal } from '../terminal/terminal.ts';
import { timeBar } from './time-bar.ts';
import { rowIssues } from './trace-issues.ts';
import { treeGuides } from './tree-guides.ts';

/** From this width on there is room for the bar. */
const MIN_COLUMNS_FOR_BAR = 100;
const TIME_WIDTH = 8;
const MAX_LEVELS_IN_A_FILE = 60;
const MIN_LABEL_COLUMNS = 30;
const LINES_AT_ONCE = 500;

/**
 * The tree, a line a span: offset from the trace's start, duration, a bar where the screen is wide, then the span below
 * its parent. At most `maxSpans` lines (0: all) and then one that says how many are left out. Yields pieces of text.
 */
export function* formatTree(
  columns: TraceColumns,
  { columns: screen, colours }: Pick<Terminal, 'columns' | 'colours'>,
  maxSpans: number,
): Generator<string> {
  const shown = maxSpans === 0 ? columns.spanCount : Math.min(maxSpans, columns.spanCount);
  const barWidth = screen !== undefined && screen >= MIN_COLUMNS_FOR_BAR ? Math.floor(screen / 5) : 0;
  const room =
    screen === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(MIN_LABEL_COLUMNS, screen - 2 * TIME_WIDTH - 3 - (barWidth === 0 ? 0 : barWidth + 2));
  const guidesOf = treeGuides(columns, screen === undefined ? MAX_LEVELS_IN_A_FILE : Math.floor(room / 6));
  const totalNano = Number(columns.endTimeUnixNano - columns.startTimeUnixNano);

  const bar = (row: number, isError: boolean): string => {
    if (barWidth === 0) return '';
    const text = timeBar(columns.startOffsetNano[row] ?? 0, columns.durationNano[row] ?? 0, totalNano, barWidth);
    return `  ${isError ? colours.red(text) : serviceColour(colours, serviceOf(columns, row))(text)}`;
  };

  yield colours.dim(
    `${padStart('OFFSET', TIME_WIDTH)} ${padStart('DURATION', TIME_WIDTH)}${' '.repeat(barWidth === 0 ? 0 : barWidth + 2)}  SPAN\n`,
  );
  let lines: string[] = [];
  for (let row = 0; row < shown; row++) {
    const isError = columns.error[row] === 1;
    const offset = padStart(formatDuration(columns.startOffsetNano[row] ?? 0), TIME_WIDTH);
    const duration = padStart(formatDuration(columns.durationNano[row] ?? 0), TIME_WIDTH);
    const label = labelOf(columns, row, { guides: guidesOf(row), room, colours, isError });
    lines.push(`${colours.dim(offset)} ${duration}${bar(row, isError)}  ${label}\n`);
    if (lines.length === LINES_AT_ONCE) {
      yield lines.join('');
      lines = [];
    }
  }
  if (shown < columns.spanCount) {
    lines.push(`… ${counted(columns.spanCount - shown, 'more span')} (--max-spans 0 shows all)\n`);
  }
  yield lines.join('');
}

function labelOf(
  columns: TraceColumns,
  row: number,
  options: { readonly guides: string; readonly room: number; readonly colours: Colours; readonly isError: boolean },
): string {
  const { guides, room, colours, isError } = options;
  const service = printable(serviceOf(columns, row));
  const paintService = serviceColour(colours, serviceOf(columns, row));
  const operation = printable(columns.strings[columns.name[row] ?? 0] ?? '');
  // Plain parts with their paints, cut together: a cut within a colour's escape sequence would spill it.
  const parts: (readonly [string, (text: string) => string])[] = [
    [guides, colours.dim],
    [service, paintService],
    [`  ${operation}`, isError ? colours.red : String],
  ];
  if (isError) parts.push([`  ✗ ${errorMessage(columns, row)}`.trimEnd(), colours.red]);
  for (const issue of rowIssues(columns, row)) parts.push([`  ! ${issue}`, colours.yellow]);

  let left = room;
  let label = '';
  for (const [text, paint] of parts) {
    if (left <= 0) break;
    const cut = fit(text, left);
    left -= textWidth(cut);
    label += paint(cut);
  }
  return label;
}

function serviceOf(columns: TraceColumns, row: number): string {
  return columns.strings[columns.service[row] ?? 0] ?? '';
}

/** The status message, else what an exception event says, else `''`. */
function errorMessage(columns: TraceColumns, row: number): string {
  let details: SpanDetails;
  try {
    details = decodeSpanDetails(columns, row);
  } catch {
    // The line is worth more than its message.
    return '';
  }
  if (details.status.message !== '') return printable(details.status.message);
  for (const { attributes } of details.events) {
    const message = attributes.get('exception.message') ?? attributes.get('exception.type');
    if (typeof message === 'string' && message !== '') return printable(message);
  }
  const type = details.attributes.get('error.type');
  return typeof type === 'string' ? printable(type) : '';
}
