import { CodedError } from '@throughline/model';
import { type MessageFormat, type MessageSpans, decodeMessage } from './decode-message.ts';
import { detectFraming, type Framing } from './detect-format.ts';
import type { InputFile } from './input-file.ts';
import type { InputFormat } from './input-formats.ts';
import { type Message, readDocument, readLengthPrefixed, readLines } from './read-messages.ts';
import { peek, unpack } from './unpack.ts';
import { codeOf, messageOf } from '../error-message.ts';

/** Where in the sources something stood. */
export interface Place {
  readonly source: string;
  /** From 1; of a file that is read by lines. */
  readonly line?: number;
  /** From 0, in the unpacked content; of a file that is not read by lines. */
  readonly byteOffset?: number;
}

/** What reading gives: spans of one message, or why a message (or the rest of the file) cannot be used. */
export type ReadResult =
  | { readonly kind: 'spans'; readonly spans: MessageSpans; readonly byteCount: number; readonly place: Place }
  | { readonly kind: 'unreadable'; readonly error: CodedError; readonly place: Place };

export interface ReadSettings {
  readonly format: InputFormat | undefined;
  readonly maxMessageBytes: number;
  readonly maxDocumentBytes: number;
  /** Told of every piece of the file as stored (`stored`) and of its content (`unpacked`). */
  readonly onBytes?: (kind: 'stored' | 'unpacked', byteCount: number) => void;
}

const HEAD_BYTES = 64 * 1024;

/**
 * All messages of a file, one at a time. What cannot be read is a result, not an exception, so that the rest of the
 * import goes on.
 */
export async function* readSpans(input: InputFile, settings: ReadSettings): AsyncGenerator<ReadResult> {
  const { format, maxMessageBytes, maxDocumentBytes, onBytes } = settings;
  try {
    const content = counted(unpack(counted(input.open(), 'stored', onBytes)), 'unpacked', onBytes);
    const { head, isWhole, all } = await peek(content, HEAD_BYTES);
    const framing = framingOf(format) ?? detectFraming(head, isWhole);
    if (framing === undefined) {
      throw new CodedError('unknown_format', `the content is none of the formats that are read (see import --help)`);
    }
    const maxBytes = isByMessage(framing) ? maxMessageBytes : maxDocumentBytes;
    for await (const message of messagesOf(all, framing, maxMessageBytes, maxDocumentBytes)) {
      const place: Place =
        message.line === undefined
          ? { source: input.name, byteOffset: message.byteOffset }
          : { source: input.name, line: message.line };
      yield await read(message, place, messageFormatOf(format, framing), maxBytes);
    }
  } catch (error) {
    yield { kind: 'unreadable', error: fileError(error), place: { source: input.name } };
  }
}

async function read(
  message: Message,
  place: Place,
  format: MessageFormat | undefined,
  maxBytes: number,
): Promise<ReadResult> {
  if (message.kind === 'unreadable') {
    return { kind: 'unreadable', error: new CodedError('message_too_large', message.message), place };
  }
  try {
    const spans = await decodeMessage(message.bytes, format, maxBytes);
    return { kind: 'spans', spans, byteCount: message.bytes.length, place };
  } catch (error) {
    if (error instanceof CodedError) return { kind: 'unreadable', error, place };
    throw error;
  }
}

function isByMessage(framing: Framing): boolean {
  return framing === 'json-lines' || framing === 'length-prefixed';
}

function messagesOf(
  content: AsyncIterable<Buffer>,
  framing: Framing,
  maxBytes: number,
  maxFirstBytes: number,
): AsyncGenerator<Message> {
  switch (framing) {
    case 'json-lines':
      return readLines(content, { maxBytes, maxFirstBytes });
    case 'length-prefixed':
      return readLengthPrefixed(content, maxBytes);
    case 'json-document':
    case 'otlp-protobuf':
      return readDocument(content, maxFirstBytes);
  }
}

function framingOf(format: InputFormat | undefined): Framing | undefined {
  if (format === 'json-lines' || format === 'length-prefixed' || format === 'otlp-protobuf') return format;
  return format === undefined ? undefined : 'json-document';
}

function messageFormatOf(format: InputFormat | undefined, framing: Framing): MessageFormat | undefined {
  if (framing === 'otlp-protobuf') return 'otlp-protobuf';
  return format === 'json-lines' || format === 'length-prefixed' ? undefined : format;
}

function fileError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  // Errors of the file system have codes; anything else is a mistake of ours.
  if (codeOf(error) !== undefined) {
    return new CodedError('cannot_read_file', messageOf(error), { cause: error });
  }
  throw error;
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  kind: 'stored' | 'unpacked',
  onBytes: ReadSettings['onBytes'],
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes?.(kind, chunk.length);
    yield chunk;
  }
}
