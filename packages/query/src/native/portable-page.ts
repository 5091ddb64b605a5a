import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CodedError } from '@throughline/model';

const compress = promisify(gzip);

/** Where the viewer's build leaves room for a trace. */
const MARKER = '<!--throughline-trace-->';

/** As base64: strings of V8 end at 2^29 - 24 characters, and a browser needs it several times over. */
const MAX_COMPRESSED_BYTES = 256 * 1024 * 1024;

/**
 * The viewer with a trace in it, of which `columns` are the pieces of the binary form. The trace is gzip as base64 in an
 * element that is no script, so nothing that a span says is read as markup.
 *
 * @throws CodedError `trace_too_large`
 */
export async function portablePage(
  viewer: string,
  traceId: string,
  columns: readonly Uint8Array[],
  incomplete: string,
): Promise<string> {
  const compressed = await compress(Buffer.concat(columns));
  if (compressed.length > MAX_COMPRESSED_BYTES) {
    throw new CodedError('trace_too_large', 'The trace is too large for one page; download it as otlp instead');
  }
  const data =
    `<script type="application/vnd.throughline.trace" data-trace-id="${traceId}" data-incomplete="${incomplete}">` +
    `${compressed.toString('base64')}</script>`;
  return viewer.replace(MARKER, () => data);
}
