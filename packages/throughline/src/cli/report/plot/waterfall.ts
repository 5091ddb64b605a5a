import { formatDuration } from '@throughline/model';
import type { TraceColumns } from '@throughline/query/client';
import { rowOf } from '../error-origin.ts';
import type { DrawnTrace } from '../report.ts';
import { linearScale } from './scale.ts';
import type { ServiceColours } from './service-colour.ts';
import { cut, drawing, escaped, px, textAt } from './svg.ts';

const WIDTH = 960;
const NAME_WIDTH = 340;
const TIME_WIDTH = 62;
const ROW_HEIGHT = 20;
const TOP = 18;
const MAX_ROWS = 16;
const INDENT = 10;
const MAX_INDENT = 90;

/** A trace as a small waterfall: the span that matters, the way to it, and what else failed or took long. */
export function waterfall({ columns, spanId }: DrawnTrace, colours: ServiceColours): string {
  const target = rowOf(columns, spanId);
  const rows = chosenRows(columns, target);
  const total = Math.max(1, Number(columns.endTimeUnixNano - columns.startTimeUnixNano));
  const right = WIDTH - TIME_WIDTH;
  const x = linearScale(0, total, NAME_WIDTH, right);
  const parts = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = NAME_WIDTH + share * (right - NAME_WIDTH);
    const anchor = share === 0 ? 'muted' : share === 1 ? 'muted end' : 'muted middle';
    return (
      `<path class="grid" d="M${px(at)} ${TOP}V${TOP + rows.length * ROW_HEIGHT}"/>` +
      textAt(at, 12, formatDuration(Math.round(share * total)), anchor)
    );
  });
  for (const [index, row] of rows.entries()) parts.push(rowOfSpan(columns, row, index, row === target, x, colours));
  const hidden = columns.spanCount - rows.length;
  const height = TOP + rows.length * ROW_HEIGHT + (hidden > 0 ? 18 : 4);
  if (hidden > 0) {
    parts.push(
      textAt(4, height - 5, `… ${hidden} more ${hidden === 1 ? 'span' : 'spans'}, shorter and without errors`, 'muted'),
    );
  }
  return drawing(WIDTH, height, `Trace ${columns.traceId} of ${formatDuration(total)}`, parts.join(''));
}

function rowOfSpan(
  columns: TraceColumns,
  row: number,
  index: number,
  isTarget: boolean,
  x: (offsetNano: number) => number,
  colours: ServiceColours,
): string {
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const name = columns.strings[columns.name[row] ?? 0] ?? '';
  const start = columns.startOffsetNano[row] ?? 0;
  const duration = columns.durationNano[row] ?? 0;
  const failed = columns.error[row] === 1;
  const y = TOP + index * ROW_HEIGHT;
  const indent = Math.min(MAX_INDENT, INDENT * (columns.depth[row] ?? 0));
  const [from, to] = [x(start), x(start + duration)];
  const label = `${service}: ${name}`;
  const time = formatDuration(Math.round(duration));
  return (
    `<g${isTarget ? ' class="target"' : ''}><title>${escaped(`${label}, ${time}${failed ? ', failed' : ''}`)}</title>` +
    (isTarget ? `<rect class="mark" x="0" y="${y}" width="${WIDTH}" height="${ROW_HEIGHT}"/>` : '') +
    `<rect class="${colours(service)}" x="${px(indent + 2)}" y="${y + 6}" width="7" height="8" rx="1"/>` +
    textAt(indent + 13, y + 14, cut(label, NAME_WIDTH - indent - 22), failed ? 'bad' : '') +
    `<rect class="${colours(service)}" x="${px(from)}" y="${y + 4}" width="${px(Math.max(1.5, to - from))}" height="12" rx="2"/>` +
    (failed
      ? `<rect class="failed" x="${px(from)}" y="${y + 4}" width="${px(Math.max(3, to - from))}" height="12" rx="2"/>`
      : '') +
    textAt(WIDTH - 4, y + 14, time, failed ? 'bad end' : 'end') +
    '</g>'
  );
}

/** In the order of the tree; a row's parent is always among them. */
function chosenRows(columns: TraceColumns, target: number): readonly number[] {
  const { parent, error, durationNano, spanCount } = columns;
  const chosen = new Set<number>();
  const addWithAncestors = (row: number): void => {
    const path: number[] = [];
    for (let at = row; at >= 0 && !chosen.has(at) && path.length < MAX_ROWS; at = parent[at] ?? -1) path.push(at);
    if (chosen.size + path.length <= MAX_ROWS) for (const each of path) chosen.add(each);
  };
  if (target >= 0) addWithAncestors(target);
  const rows = Array.from({ length: spanCount }, (_, row) => row);
  // Children of the span that matters first: they say what it did.
  const rankOf = (row: number): number => (target >= 0 && parent[row] === target ? 2 : 0) + (error[row] === 1 ? 1 : 0);
  for (const row of rows.toSorted(
    (a, b) => rankOf(b) - rankOf(a) || (durationNano[b] ?? 0) - (durationNano[a] ?? 0) || a - b,
  )) {
    if (chosen.size >= MAX_ROWS) break;
    addWithAncestors(row);
  }
  return [...chosen].toSorted((a, b) => a - b);
}
