import type { TraceColumns } from '@throughline/model';
import { encodeOtlpJson } from '@throughline/query/client';

import { spanOfRow } from '../details/span-from-columns.ts';
import type { DetailsReader } from '../span-details.ts';

/** Spans laid out at a time: enough to scroll through, few enough to be there at once. */
export const SPANS_PER_PAGE = 500;

/** A stretch of the trace's rows. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

export function pageCount(spanCount: number): number {
  return Math.max(1, Math.ceil(spanCount / SPANS_PER_PAGE));
}

export function pageRange(spanCount: number, page: number): RowRange {
  const start = Math.min(Math.max(0, page), pageCount(spanCount) - 1) * SPANS_PER_PAGE;
  return { start, end: Math.min(spanCount, start + SPANS_PER_PAGE) };
}

/** The rows as an OTLP/JSON export request, laid out over lines. */
export function rawJson(columns: TraceColumns, details: DetailsReader, { start, end }: RowRange): string {
  const spans = Array.from({ length: end - start }, (_, index) => spanOfRow(columns, details, start + index));
  return JSON.stringify(JSON.parse(encodeOtlpJson(spans)), undefined, 2);
}

/** Of so many of the rows there are no details. */
export function leftOutCount(details: DetailsReader, { start, end }: RowRange): number {
  let count = 0;
  for (let row = start; row < end; row++) if (details.presence(row) === 'left_out') count++;
  return count;
}

/** A line in pieces for their colours; all of them together are the line. */
export interface RawLine {
  readonly indent: string;
  /** With its colon and the blank behind it. */
  readonly key: string;
  readonly value: string;
  readonly kind: 'string' | 'number' | 'keyword' | 'punctuation';
}

const LINE = /^( *)("(?:[^"\\]|\\.)*": )?(.*)$/s;

export function rawLineOf(line: string): RawLine {
  const [, indent = '', key = '', value = ''] = LINE.exec(line) ?? [];
  const kind = value.startsWith('"')
    ? 'string'
    : /^[-\d]/.test(value)
      ? 'number'
      : /^[tfn]/.test(value)
        ? 'keyword'
        : 'punctuation';
  return { indent, key, value, kind };
}
