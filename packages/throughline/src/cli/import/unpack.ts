import { Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
import { CodedError } from '@throughline/model';
import { messageOf } from '../error-message.ts';

/** The first bytes of a stream (fewer only if it ends before), and the stream from its beginning. */
export async function peek(
  chunks: AsyncIterable<Buffer>,
  count: number,
): Promise<{ readonly head: Buffer; readonly isWhole: boolean; readonly all: AsyncGenerator<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let length = 0;
  let isWhole = false;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) {
      isWhole = true;
      break;
    }
    parts.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(parts);
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      if (isWhole) return;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.subarray(0, count), isWhole, all: all() };
}

/**
 * The content of a stream that may be gzip or zstd, by its first bytes.
 *
 * @throws CodedError `damaged_file` while it is read
 */
export async function* unpack(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { head, all } = await peek(chunks, 4);
  const decompressor = decompressorFor(head);
  if (decompressor === undefined) {
    yield* all;
    return;
  }
  const { name, transform } = decompressor;
  const source = Readable.from(all, { objectMode: false });
  // Not `pipeline`, which would hide what the source failed with behind an aborted stream.
  source.on('error', (error) => transform.destroy(error));
  try {
    // A transform in its default mode gives buffers.
    for await (const chunk of source.pipe(transform) as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('damaged_file', `the ${name} data is damaged: ${messageOf(cause)}`, { cause });
  } finally {
    source.destroy();
    transform.destroy();
  }
}

function decompressorFor(head: Buffer): { readonly name: string; readonly transform: Transform } | undefined {
  if (head.length >= 2 && head.readUInt16BE() === 0x1f8b) return { name: 'gzip', transform: zlib.createGunzip() };
  if (head.length >= 4 && head.readUInt32BE() === 0x28b52ffd) {
    return { name: 'zstd', transform: zlib.createZstdDecompress() };
  }
  return undefined;
}
