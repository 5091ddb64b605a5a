/** A piece of a file that is decoded as a whole, or why it cannot be read. Positions count from the unpacked content. */
export type Message =
  | { readonly kind: 'message'; readonly bytes: Buffer; readonly byteOffset: number; readonly line?: number }
  | { readonly kind: 'unreadable'; readonly message: string; readonly byteOffset: number; readonly line?: number };

const LINE_FEED = 0x0a;

/**
 * The lines that hold something. A line longer than `maxBytes` is skipped and told as unreadable; the first may have
 * `maxFirstBytes`, because a document on one line looks like a first line.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  { maxBytes, maxFirstBytes }: { readonly maxBytes: number; readonly maxFirstBytes: number },
): AsyncGenerator<Message> {
  let parts: Buffer[] = [];
  let length = 0;
  let isTooLong = false;
  let line = 1;
  let byteOffset = 0;

  const add = (part: Buffer): void => {
    length += part.length;
    if (length > (line === 1 ? maxFirstBytes : maxBytes)) {
      isTooLong = true;
      parts = [];
    } else parts.push(part);
  };
  const take = (): Message | undefined => {
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const message: Message | undefined = isTooLong
      ? {
          kind: 'unreadable',
          message: `a line of ${length} bytes is longer than ${line === 1 ? maxFirstBytes : maxBytes}`,
          byteOffset,
          line,
        }
      : isBlank(bytes)
        ? undefined
        : { kind: 'message', bytes, byteOffset, line };
    byteOffset += length + 1;
    line++;
    parts = [];
    length = 0;
    isTooLong = false;
    return message;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to !== -1; to = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, to));
      from = to + 1;
      const message = take();
      if (message !== undefined) yield message;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  const rest = length === 0 ? undefined : take();
  if (rest !== undefined) yield rest;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

const LENGTH_BYTES = 4;

/**
 * Messages with their length before them in 4 bytes, big-endian. One longer than `maxBytes` is skipped; a file that ends
 * within one is told.
 */
export async function* readLengthPrefixed(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Message> {
  let parts: Buffer[] = [];
  let available = 0;
  let skip = 0;
  let byteOffset = 0;
  const takeExactly = (count: number): Buffer => {
    const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    parts = [joined.subarray(count)];
    available -= count;
    return joined.subarray(0, count);
  };

  let length: number | undefined;
  for await (const chunk of chunks) {
    const fresh = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - fresh.length;
    if (fresh.length === 0) continue;
    parts.push(fresh);
    available += fresh.length;
    for (;;) {
      if (length === undefined) {
        if (available < LENGTH_BYTES) break;
        length = takeExactly(LENGTH_BYTES).readUInt32BE();
        if (length > maxBytes) {
          yield { kind: 'unreadable', message: `a message of ${length} bytes is longer than ${maxBytes}`, byteOffset };
          byteOffset += LENGTH_BYTES + length;
          const here = Math.min(available, length);
          takeExactly(here);
          skip = length - here;
          length = undefined;
          continue;
        }
      }
      if (available < length) break;
      const bytes = takeExactly(length);
      if (length > 0) yield { kind: 'message', bytes, byteOffset };
      byteOffset += LENGTH_BYTES + length;
      length = undefined;
    }
  }
  if (length !== undefined || available > 0 || skip > 0) {
    yield { kind: 'unreadable', message: 'the file ends within a message', byteOffset };
  }
}

/** The whole content as one message. */
export async function* readDocument(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Message> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) {
      yield {
        kind: 'unreadable',
        message: `the document is larger than ${maxBytes} bytes; JSON lines and length-prefixed files may be of any size`,
        byteOffset: 0,
      };
      return;
    }
    parts.push(chunk);
  }
  yield { kind: 'message', bytes: Buffer.concat(parts), byteOffset: 0 };
}
