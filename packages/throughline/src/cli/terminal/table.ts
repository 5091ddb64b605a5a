import { fit, padEnd, padStart, textWidth } from './fit.ts';
import type { Colours } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  /** Plain text, already printable. */
  readonly text: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** What gives way when the screen is narrow; without one, lines may be longer than the screen. */
  readonly shrinks?: boolean;
  readonly paint?: (text: string, row: Row) => string;
}

const GAP = '  ';
const MIN_SHRUNK_COLUMNS = 12;

/** Rows under a heading, columns as wide as their widest text. `columns`: of the screen, undefined for no limit. */
export function formatTable<Row>(
  rows: readonly Row[],
  layout: readonly Column<Row>[],
  { columns, colours }: { readonly columns: number | undefined; readonly colours: Colours },
): string {
  const cells = rows.map((row) => layout.map((column) => column.text(row)));
  const widths = layout.map(({ title }, i) =>
    cells.reduce((width, line) => Math.max(width, textWidth(line[i] ?? '')), textWidth(title)),
  );
  if (columns !== undefined) shrink(widths, layout, columns);

  const line = (texts: readonly string[], paint: (text: string, i: number) => string): string =>
    texts
      .map((text, i) => {
        const width = widths[i] ?? 0;
        const cut = fit(text, width);
        const right = layout[i]?.align === 'right';
        const isLast = i === layout.length - 1;
        const padding = right ? padStart('', width - textWidth(cut)) : isLast ? '' : padEnd('', width - textWidth(cut));
        return right ? padding + paint(cut, i) : paint(cut, i) + padding;
      })
      .join(GAP)
      .trimEnd();

  const heading = line(
    layout.map(({ title }) => title),
    (text) => colours.dim(text),
  );
  const lines = cells.map((texts, row) =>
    line(texts, (text, i) => {
      const paint = layout[i]?.paint;
      const of = rows[row];
      return paint === undefined || of === undefined ? text : paint(text, of);
    }),
  );
  return `${[heading, ...lines].join('\n')}\n`;
}

function shrink<Row>(widths: number[], layout: readonly Column<Row>[], columns: number): void {
  const total = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  let excess = total - columns;
  for (const [i, column] of layout.entries()) {
    if (excess <= 0 || column.shrinks !== true) continue;
    const width = widths[i] ?? 0;
    const shrunk = Math.max(Math.min(width, MIN_SHRUNK_COLUMNS), width - excess);
    widths[i] = shrunk;
    excess -= width - shrunk;
  }
}
