import { randomBytes } from 'node:crypto';
import { checkGrpcReachable } from '../client/check-grpc-reachable.ts';
import { checkReachable } from '../client/check-reachable.ts';
import type { Server } from '../client/client-options.ts';
import { EXIT_FAILURE, EXIT_OK } from '../exit-codes.ts';
import { counted, formatBytes, formatCount } from '../terminal/count.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { jsonBody, protobufBody } from './body-template.ts';
import { generateLoad, LoadCounts, waitUntil } from './generate-load.ts';
import type { LoadShape } from './load-shape.ts';
import { createSender, type LoadProtocol } from './load-sender.ts';

const PROGRESS_INTERVAL_MS = 500;

export interface LoadRequest {
  readonly terminal: Terminal;
  readonly server: Server;
  readonly protocol: LoadProtocol;
  readonly isCompressed: boolean;
  readonly shape: LoadShape;
  readonly spansPerSecond: number | undefined;
  readonly durationMs: number;
  readonly connections: number;
  readonly concurrency: number;
  readonly isJson: boolean;
  readonly hasProgress: boolean;
  readonly nowUnixNano: () => bigint;
  readonly signal: AbortSignal;
}

/** Runs a load. Resolves with the exit code: 1 when a span was not accepted. */
export async function runLoad(request: LoadRequest): Promise<number> {
  const { terminal, protocol, shape } = request;
  await (protocol === 'grpc' ? checkGrpcReachable(request.server) : checkReachable(request.server));
  const counts = new LoadCounts();
  const sender = createSender(request);
  const makeBody = protocol === 'http/json' ? jsonBody : protobufBody;
  const seed = randomBytes(8);
  const nowMs = (): number => performance.now();
  const startedAtMs = nowMs();
  const cpuBefore = process.cpuUsage();
  const progress = request.hasProgress
    ? setInterval(
        () => terminal.err(`\r\u001b[K${progressLine(counts, performance.now() - startedAtMs)}`),
        PROGRESS_INTERVAL_MS,
      )
    : undefined;
  try {
    await generateLoad(
      {
        sender,
        bodies: Array.from({ length: request.concurrency }, () => makeBody(shape)),
        spansPerSecond: request.spansPerSecond,
        durationMs: request.durationMs,
        signal: request.signal,
        run: [seed.readUInt32BE(0), seed.readUInt32BE(4)],
        nowUnixNano: request.nowUnixNano,
        nowMs,
        waitUntil: (dueMs, signal) => waitUntil(dueMs, nowMs, signal),
        random: Math.random,
      },
      counts,
    );
  } finally {
    clearInterval(progress);
    if (request.hasProgress) terminal.err('\r\u001b[K');
    sender.close();
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const result = resultOf(request, counts, seconds, (cpu.user + cpu.system) / 1e6);
  if (request.isJson) terminal.out(`${JSON.stringify(result)}\n`);
  else terminal.out(resultText(result, counts, terminal));
  return counts.spansAccepted === counts.spansSent ? EXIT_OK : EXIT_FAILURE;
}

interface LoadResult {
  readonly url: string;
  readonly protocol: LoadProtocol;
  readonly gzip: boolean;
  readonly seconds: number;
  readonly target_spans_per_second: number | undefined;
  readonly spans_per_second: number;
  readonly requests: number;
  readonly spans_sent: number;
  readonly spans_accepted: number;
  readonly spans_rejected: number;
  readonly spans_failed: number;
  readonly retries: number;
  /** Before compression. */
  readonly bytes: number;
  readonly latency_ms: Readonly<Record<string, number>>;
  readonly service_time_ms: Readonly<Record<string, number>>;
  readonly generator_cpu_seconds: number;
  readonly reasons: Readonly<Record<string, number>>;
}

function resultOf(request: LoadRequest, counts: LoadCounts, seconds: number, cpuSeconds: number): LoadResult {
  const quantiles = ({ latency }: { readonly latency: LoadCounts['latency'] }): Record<string, number> => ({
    p50: latency.quantileMs(0.5),
    p95: latency.quantileMs(0.95),
    p99: latency.quantileMs(0.99),
    max: latency.maxMs,
  });
  return {
    url: request.server.url,
    protocol: request.protocol,
    gzip: request.isCompressed,
    seconds,
    target_spans_per_second: request.spansPerSecond,
    spans_per_second: counts.spansAccepted / seconds,
    requests: counts.requests,
    spans_sent: counts.spansSent,
    spans_accepted: counts.spansAccepted,
    spans_rejected: counts.spansRejected,
    spans_failed: counts.spansFailed,
    retries: counts.retries,
    bytes: counts.bytes,
    latency_ms: quantiles(counts),
    service_time_ms: quantiles({ latency: counts.serviceTime }),
    generator_cpu_seconds: cpuSeconds,
    reasons: Object.fromEntries(counts.reasons),
  };
}

function progressLine(counts: LoadCounts, elapsedMs: number): string {
  const rate = Math.round((1_000 * counts.spansAccepted) / elapsedMs);
  const p99 = counts.latency.quantileMs(0.99).toFixed(1);
  const trouble = counts.spansFailed + counts.spansRejected;
  return `${(elapsedMs / 1_000).toFixed(0)} s  ${formatCount(counts.spansAccepted)} spans  ${formatCount(rate)}/s  p99 ${p99} ms${trouble === 0 ? '' : `  ${formatCount(trouble)} not accepted`}`;
}

function resultText(result: LoadResult, counts: LoadCounts, { colours }: Terminal): string {
  const times = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`)
      .join('  ');
  const pace =
    result.target_spans_per_second === undefined ? '' : ` of ${formatCount(result.target_spans_per_second)} asked for`;
  const lines = [
    `${colours.bold(counted(result.spans_accepted, 'span'))} accepted in ${result.seconds.toFixed(1)} s: ${formatCount(Math.round(result.spans_per_second))} spans/s${pace}`,
    `  sent      ${counted(result.spans_sent, 'span')} in ${counted(result.requests, 'request')}, ${formatBytes(result.bytes)}${result.retries === 0 ? '' : `, ${counted(result.retries, 'retry', 'retries')}`}`,
    `  latency   ${times(result.latency_ms)}  (from when each request was due)`,
    `  answered  ${times(result.service_time_ms)}  (from when it was sent)`,
    `  generator ${result.generator_cpu_seconds.toFixed(1)} CPU-s`,
  ];
  if (result.spans_rejected > 0) lines.push(colours.red(`  rejected  ${formatCount(result.spans_rejected)}`));
  if (result.spans_failed > 0) lines.push(colours.red(`  failed    ${formatCount(result.spans_failed)}`));
  for (const [reason, count] of counts.reasons)
    lines.push(colours.red(`            ${formatCount(count)}: ${printable(reason)}`));
  return `${lines.join('\n')}\n`;
}
