import { CodedError } from '@throughline/model';
import { QueryClientError } from '@throughline/query/client';
import { connect } from '../../client/connect.ts';
import type { Server } from '../../client/client-options.ts';
import { findTraces } from '../../export/find-traces.ts';
import { decodeMessage } from '../../import/decode-message.ts';
import { type InputFile, inputFile } from '../../import/input-file.ts';
import { type ReadResult, type ReadSettings, readSpans } from '../../import/read-spans.ts';
import { searchParameters } from '../../search/search-parameters.ts';
import type { LearnRequest } from './learn-request.ts';

const MIB = 1024 * 1024;
const MAX_MESSAGE_BYTES = 64 * MIB;
/** V8's longest string is 2^29 - 24 characters. */
const MAX_DOCUMENT_BYTES = 500 * MIB;

/** The files among the sources, looked for before the first is read. */
export function openFiles({ sources }: LearnRequest): Promise<readonly InputFile[]> {
  return Promise.all(sources.flatMap((source) => (source.kind === 'file' ? [inputFile(source.path)] : [])));
}

/**
 * The spans of all sources, a message or a trace at a time. What a search could not give is a result, too.
 *
 * @throws CodedError `unreachable` where a server does not answer at all
 */
export async function* readSources(
  request: LearnRequest,
  files: readonly InputFile[],
  onBytes: NonNullable<ReadSettings['onBytes']>,
): AsyncGenerator<ReadResult> {
  const settings = {
    format: undefined,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxDocumentBytes: MAX_DOCUMENT_BYTES,
    onBytes,
  };
  for (const file of files) yield* readSpans(file, settings);
  for (const source of request.sources) {
    if (source.kind === 'server') yield* readServer(source.server, request, onBytes);
  }
}

async function* readServer(
  server: Server,
  { query, limit, window }: LearnRequest,
  onBytes: NonNullable<ReadSettings['onBytes']>,
): AsyncGenerator<ReadResult> {
  const client = connect(server);
  const failures: string[] = [];
  const search = { query, limit, parameters: searchParameters(query, {}, window) };
  for await (const traceId of findTraces(client, search, failures)) {
    const place = { source: `${server.url} ${traceId}` };
    try {
      const bytes = await client.exportTrace(traceId, 'otlp');
      onBytes('stored', bytes.length);
      const spans = await decodeMessage(Buffer.from(bytes), 'otlp-json', MAX_DOCUMENT_BYTES);
      yield { kind: 'spans', spans, byteCount: bytes.length, place };
    } catch (error) {
      // Retention may have taken it since the search.
      if (!(error instanceof QueryClientError) || error.code !== 'trace_not_found') throw error;
      yield { kind: 'unreadable', error, place };
    }
  }
  for (const message of failures) {
    yield { kind: 'unreadable', error: new CodedError('incomplete', message), place: { source: server.url } };
  }
}
