import { CodedError } from '@throughline/model';

/** Where the viewer's build leaves room for a trace. */
const MARKER = '<!--throughline-trace-->';

/** Strings of V8 end at 2^29 - 24 characters. */
const MAX_COLUMN_BYTES = 380 * 1024 * 1024;

/**
 * The viewer with a trace in it. The trace is base64 in an element that is no script, so nothing that a span says is
 * read as markup.
 *
 * @throws CodedError `trace_too_large`
 */
export function portablePage(viewer: string, traceId: string, columns: Buffer, incomplete: string): string {
  if (columns.length > MAX_COLUMN_BYTES) {
    throw new CodedError('trace_too_large', 'The trace is too large for one page; download it as otlp instead');
  }
  const data =
    `<script type="application/vnd.throughline.trace" data-trace-id="${traceId}" data-incomplete="${incomplete}">` +
    `${columns.toString('base64')}</script>`;
  return viewer.replace(MARKER, () => data);
}
