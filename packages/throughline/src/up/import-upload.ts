import { type Intake, refusalOf } from '@throughline/collector';
import { CodedError } from '@throughline/model';
import { decodeOtlpColumns } from '@throughline/wire';
import { importDefaults } from '../cli/import/import-defaults.ts';
import { type Place, readSpans } from '../cli/import/read-spans.ts';
import { BatchBuilder, type SpanBatch } from '../cli/import/span-batches.ts';

/** Trace ids and problems named in an answer; all are counted. */
const MAX_LISTED = 100;

/** Batches on their way into the store at the same time. */
const MAX_CONCURRENT_BATCHES = 4;

const RECEIVER = 'import';

export interface ImportProblem {
  readonly code: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly byte_offset?: number | undefined;
}

/** What became of an uploaded file. */
export interface ImportAnswer {
  /** Spans that are stored now. */
  readonly span_count: number;
  readonly trace_count: number;
  /** The first traces, in the order of the file. */
  readonly trace_ids: readonly string[];
  /** Spans left out, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Parts of the file that could not be read; the first of them. */
  readonly problems: readonly ImportProblem[];
  readonly problem_count: number;
}

export interface Upload {
  readonly content: AsyncIterable<Buffer>;
  readonly tenant: string;
  readonly intake: Intake;
  /** Of the file, before and after inflation. */
  readonly maxBytes: number;
}

/**
 * Stores the spans of an uploaded file of any format that `throughline import` reads; the file is read as it comes.
 * Resolves when all of them are durable.
 *
 * @throws CodedError `body_too_large`, what the file's format is refused with when no span of it can be read, and what
 *   the intake refuses with. Spans stored before that stay; sending the file again does no harm.
 */
export async function importUpload({ content, tenant, intake, maxBytes }: Upload): Promise<ImportAnswer> {
  const traceIds = new Set<string>();
  const rejected: Record<string, number> = {};
  const problems: ImportProblem[] = [];
  let problemCount = 0;
  let firstError: CodedError | undefined;
  let spanCount = 0;
  const reject = (reason: string, count: number): void => {
    if (count > 0) rejected[reason] = (rejected[reason] ?? 0) + count;
  };
  const store = async (batch: SpanBatch): Promise<void> => {
    const body = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
    const acceptance = await intake.take({
      receiver: RECEIVER,
      tenant,
      body,
      decode: (bytes) => ({ columns: decodeOtlpColumns(bytes) }),
    });
    spanCount += acceptance.receivedCount - acceptance.rejectedCount;
    reject('refused_by_the_store', acceptance.rejectedCount);
  };
  const underWay = new Set<Promise<void>>();
  const send = async (batch: SpanBatch): Promise<void> => {
    const sending: Promise<void> = store(batch).finally(() => underWay.delete(sending));
    // What fails is told by the next race or by the wait for all at the end.
    sending.catch(() => undefined);
    underWay.add(sending);
    if (underWay.size >= MAX_CONCURRENT_BATCHES) await Promise.race(underWay);
  };

  const batches = new BatchBuilder();
  const sizes = { stored: 0, unpacked: 0 };
  const file = { name: 'the file', byteCount: undefined, open: () => content };
  const results = readSpans(file, {
    format: undefined,
    maxMessageBytes: Math.min(maxBytes, importDefaults.maxMessageBytes),
    maxDocumentBytes: Math.min(maxBytes, importDefaults.maxMessageBytes),
    onBytes: (kind, byteCount) => {
      sizes[kind] += byteCount;
      if (sizes[kind] > maxBytes) throw tooLarge(maxBytes, kind);
    },
  });
  for await (const result of results) {
    if (result.kind === 'unreadable') {
      if (result.error.code === 'body_too_large') throw result.error;
      firstError ??= result.error;
      problemCount++;
      if (problems.length < MAX_LISTED) problems.push(problemOf(result.error, result.place));
      continue;
    }
    const { spans } = result.spans;
    for (const [reason, count] of Object.entries(result.spans.rejected)) reject(reason, count);
    for (const span of spans) traceIds.add(span.traceId);
    for (const batch of batches.add(spans, result.byteCount, result.place)) await send(batch);
  }
  for (const batch of batches.flush()) await send(batch);
  await Promise.all(underWay);
  if (spanCount === 0) throw firstError ?? new CodedError('no_spans', 'The file holds no span');
  return {
    span_count: spanCount,
    trace_count: traceIds.size,
    trace_ids: [...traceIds].slice(0, MAX_LISTED),
    rejected,
    problems,
    problem_count: problemCount,
  };
}

export function tooLarge(maxBytes: number, kind: 'stored' | 'unpacked' = 'stored'): CodedError {
  const what = kind === 'stored' ? 'The file' : 'What the file unpacks to';
  return new CodedError(
    'body_too_large',
    `${what} is larger than ${maxBytes} bytes (limits.max_import_bytes); "throughline import" takes files of any size`,
  );
}

function problemOf(error: CodedError, { line, byteOffset }: Place): ImportProblem {
  const { code, message } = refusalOf(error);
  return { code, message, line, byte_offset: byteOffset };
}
