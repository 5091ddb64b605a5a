import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CodedError } from '@throughline/model';

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
  columns: AsyncIterable<Uint8Array>,
  incomplete: string,
): Promise<string> {
  const compressed = await pipeline(columns, createGzip(), gathered);
  const data =
    `<script type="application/vnd.throughline.trace" data-trace-id="${traceId}" data-incomplete="${incomplete}">` +
    `${compressed.toString('base64')}</script>`;
  return viewer.replace(MARKER, () => data);
}

async function gathered(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  let byteCount = 0;
  for await (const piece of pieces) {
    byteCount += piece.length;
    if (byteCount > MAX_COMPRESSED_BYTES) {
      throw new CodedError('trace_too_large', 'The trace is too large for one page; download it as otlp instead');
    }
    all.push(piece);
  }
  return Buffer.concat(all);
}
