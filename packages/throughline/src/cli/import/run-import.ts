import { CodedError, type Span } from '@throughline/model';
import { checkReachable } from '../client/check-reachable.ts';
import type { Server } from '../client/client-options.ts';
import type { Window } from '../client/time-options.ts';
import { EXIT_FAILURE, EXIT_OK } from '../exit-codes.ts';
import type { ImportOptions } from '../import-command.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ImportReport } from './import-report.ts';
import { type InputFile, inputFile, spool } from './input-file.ts';
import { jaegerUrl, pullJaeger } from './jaeger-source.ts';
import { startProgress } from './progress.ts';
import { type ReadResult, type ReadSettings, readSpans } from './read-spans.ts';
import { latestInstant, shiftSpan } from './shift-spans.ts';
import { BatchBuilder } from './span-batches.ts';
import { SpanSender } from './span-sender.ts';

export interface ImportRequest {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly sources: readonly string[];
  readonly options: ImportOptions;
  /** What to pull from a Jaeger. */
  readonly window: Window;
  readonly nowUnixNano: bigint;
}

/**
 * Reads the sources one after the other and sends their spans. Resolves with the exit code: 1 when anything was
 * rejected, unreadable or not delivered.
 *
 * @throws CodedError `unreachable`, `cannot_read_file`, `invalid_usage` before anything is sent
 */
export async function runImport(request: ImportRequest): Promise<number> {
  const { terminal, server, options } = request;
  await using inputs = await openInputs(request);
  await checkReachable(server);

  const report = new ImportReport();
  report.sources = request.sources.length;
  const progress = startProgress(terminal.hasProgress && options.progress && options.json !== true, inputs.byteCount);
  const startedAtMs = performance.now();
  let readBytes = 0;
  const settings: ReadSettings = {
    format: options.format,
    maxMessageBytes: options.maxMessageBytes,
    maxDocumentBytes: options.maxDocumentBytes,
    onBytes: (kind, byteCount) => {
      if (kind === 'unpacked') report.unpackedBytes += byteCount;
      else {
        report.storedBytes += byteCount;
        readBytes += byteCount;
      }
      progress.update(readBytes, report.spansRead);
    },
  };
  try {
    if (options.shiftToNow === true) {
      report.shiftedByNano = await findShift(inputs.files, request.nowUnixNano, {
        ...settings,
        onBytes: (kind, byteCount) => {
          if (kind === 'stored') readBytes += byteCount;
          progress.update(readBytes, 0);
        },
      });
    }
    await sendAll(read(request, inputs.files, settings), { server, report });
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  if (options.json === true) terminal.out(`${JSON.stringify(report.toJson(seconds))}\n`);
  else terminal.out(report.toText(seconds, terminal.colours));
  terminal.err(report.errorsText());
  if (report.abortedBy !== undefined) terminal.err(`The import ended early: ${report.abortedBy.message}\n`);
  return report.isClean ? EXIT_OK : EXIT_FAILURE;
}

interface Inputs extends AsyncDisposable {
  /** By source; those from a Jaeger are not files. */
  readonly files: readonly InputFile[];
  /** What there is to read, if all of it is known. */
  readonly byteCount: number | undefined;
}

async function openInputs({ sources, options }: ImportRequest): Promise<Inputs> {
  await using opened = new AsyncDisposableStack();
  const files: InputFile[] = [];
  // All files are looked for before the first is read.
  const found = await Promise.all(sources.filter((source) => jaegerUrl(source) === undefined).map(inputFile));
  for (const file of found) {
    // Only what has a size can be read twice.
    files.push(options.shiftToNow === true && file.byteCount === undefined ? opened.use(await spool(file)) : file);
  }
  const isKnown = files.length === sources.length && files.every(({ byteCount }) => byteCount !== undefined);
  const passes = options.shiftToNow === true ? 2 : 1;
  const byteCount = isKnown ? passes * files.reduce((sum, file) => sum + (file.byteCount ?? 0), 0) : undefined;
  const stack = opened.move();
  return { files, byteCount, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function* read(
  { sources, options, server, window, nowUnixNano }: ImportRequest,
  files: readonly InputFile[],
  settings: ReadSettings,
): AsyncGenerator<ReadResult> {
  for (const file of files) yield* readSpans(file, settings);
  for (const source of sources) {
    const url = jaegerUrl(source);
    if (url === undefined) continue;
    yield* pullJaeger(url, {
      service: options.service,
      operation: options.operation,
      fromMicros: (window.fromUnixNano ?? 0n) / 1_000n,
      toMicros: (window.toUnixNano ?? nowUnixNano) / 1_000n,
      limit: options.limit,
      timeoutMs: server.timeoutMs,
      maxBytes: options.maxDocumentBytes,
      ...(settings.onBytes === undefined ? {} : { onBytes: settings.onBytes }),
    });
  }
}

/** By how much all spans move so that the newest ends now; undefined without spans. */
async function findShift(
  files: readonly InputFile[],
  nowUnixNano: bigint,
  settings: ReadSettings,
): Promise<bigint | undefined> {
  let latest: bigint | undefined;
  for (const file of files) {
    // What cannot be read is told when it is read to be sent.
    for await (const result of readSpans(file, settings)) {
      if (result.kind === 'spans') latest = latestInstant(result.spans.spans, latest);
    }
  }
  return latest === undefined ? undefined : nowUnixNano - latest;
}

async function sendAll(
  results: AsyncIterable<ReadResult>,
  { server, report }: { readonly server: Server; readonly report: ImportReport },
): Promise<void> {
  const sender = new SpanSender({
    server,
    onOutcome: (batch, outcome) => report.sent(batch, outcome),
    onRequest: (byteCount, isRetry) => {
      report.requests++;
      report.sentBytes += byteCount;
      if (isRetry) report.retries++;
    },
  });
  const batches = new BatchBuilder();
  try {
    for await (const result of results) {
      if (result.kind === 'unreadable') {
        report.fail(result.place, result.error);
        continue;
      }
      report.read(result.spans, result.place);
      const spans = shifted(result.spans.spans, report, result);
      for (const batch of batches.add(spans, result.byteCount, result.place)) await sender.send(batch);
    }
    for (const batch of batches.flush()) await sender.send(batch);
  } catch (error) {
    // What ended sending; `finish` gives it.
    if (!(error instanceof CodedError)) throw error;
    report.abortedBy = error;
  }
  const fatal = await sender.finish();
  report.abortedBy ??= fatal;
}

function shifted(
  spans: readonly Span[],
  report: ImportReport,
  { place }: Extract<ReadResult, { kind: 'spans' }>,
): readonly Span[] {
  const byNano = report.shiftedByNano;
  if (byNano === undefined) return spans;
  const moved = spans.map((span) => shiftSpan(span, byNano)).filter((span) => span !== undefined);
  report.reject('out_of_range_after_shift', spans.length - moved.length, place);
  return moved;
}
