import { formatDuration } from '@throughline/model';
import { escaped } from '../plot/svg.ts';

/** Already HTML, as opposed to text from outside. */
export type Html = string;

export function link(url: string, content: string, title = ''): Html {
  return `<a href="${escaped(url)}"${title === '' ? '' : ` title="${escaped(title)}"`}>${escaped(content)}</a>`;
}

export function code(text: string): Html {
  return `<code>${escaped(text)}</code>`;
}

export function nano(value: number | undefined): string {
  return value === undefined ? '-' : formatDuration(Math.round(value));
}

/** Cells are HTML; `n`: right-aligned, `t`: text that may wrap. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly kind?: 'n' | 't';
  readonly cell: (row: Row) => Html;
}

export function table<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[]): Html {
  const classes = ({ kind }: TableColumn<Row>): string => (kind === undefined ? '' : ` class="${kind}"`);
  const head = columns.map((column) => `<th${classes(column)}>${escaped(column.title)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${columns.map((column) => `<td${classes(column)}>${column.cell(row)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** A drawing that scrolls where the screen is narrow. */
export function figure(drawing: string): Html {
  return `<div class="scroll fit">${drawing}</div>`;
}

export function legend(entries: readonly (readonly [classes: string, text: string])[]): Html {
  const items = entries.map(
    ([classes, text]) =>
      `<span><svg width="11" height="11" aria-hidden="true"><rect class="${classes}" width="11" height="11" rx="2"/></svg>${escaped(text)}</span>`,
  );
  return `<div class="legend">${items.join('')}</div>`;
}
