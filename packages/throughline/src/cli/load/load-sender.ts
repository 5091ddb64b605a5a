import type { Agent as HttpAgent, IncomingMessage, RequestOptions } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { Agent as SecureAgent, request as httpsRequest } from 'node:https';
import { gzipSync } from 'node:zlib';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { decodeExportResponse } from '@throughline/wire';
import type { Server } from '../client/client-options.ts';
import { messageOf } from '../error-message.ts';
import { parseRetryAfter, RETRYABLE_STATUSES } from '../import/retry.ts';

export type LoadProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** What became of one request. */
export type LoadAnswer =
  | { readonly kind: 'accepted'; readonly rejectedSpans: number }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs: number | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

/** Sends bodies; has read a body when its answer is there, so that the body may be changed then. */
export interface LoadSender {
  send(body: Buffer): Promise<LoadAnswer>;
  close(): void;
}

export interface SenderSettings {
  readonly server: Server;
  readonly protocol: LoadProtocol;
  readonly isCompressed: boolean;
  readonly connections: number;
}

export function createSender(settings: SenderSettings): LoadSender {
  return settings.protocol === 'grpc' ? grpcSender(settings) : httpSender(settings);
}

/** The fastest level: the generator is not to be what is measured. */
const GZIP_LEVEL = 1;

function httpSender({ server, protocol, isCompressed, connections }: SenderSettings): LoadSender {
  const url = new URL(`${server.url}/v1/traces`);
  const isSecure = url.protocol === 'https:';
  const agent: HttpAgent = new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: connections });
  const headers = {
    ...server.headers,
    'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
    ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
  };
  const post = (body: Buffer): Promise<{ readonly response: IncomingMessage; readonly body: Buffer }> =>
    new Promise((resolve, reject) => {
      const options: RequestOptions = {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-length': body.length },
        timeout: server.timeoutMs,
      };
      const outgoing = (isSecure ? httpsRequest : httpRequest)(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve({ response, body: Buffer.concat(chunks) }));
        response.once('error', reject);
      });
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')));
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  return {
    send: async (bytes) => {
      try {
        const { response, body } = await post(isCompressed ? gzipSync(bytes, { level: GZIP_LEVEL }) : bytes);
        const code = response.statusCode ?? 0;
        if (code === 200) return { kind: 'accepted', rejectedSpans: rejectedOf(body, protocol) };
        const reason = `status ${code}`;
        if (!RETRYABLE_STATUSES.has(code)) return { kind: 'failed', reason };
        return { kind: 'retry', reason, afterMs: parseRetryAfter(response.headers['retry-after'] ?? null, Date.now()) };
      } catch (error) {
        // Whether the spans arrived is not known; a repeat would make the counts disagree.
        return { kind: 'failed', reason: messageOf(error) || 'connection failed' };
      }
    },
    close: () => agent.destroy(),
  };
}

/** Source: OTLP 1.11, partial success. */
function rejectedOf(body: Buffer, protocol: LoadProtocol): number {
  if (protocol !== 'http/json') return decodeExportResponse(body).rejectedSpans;
  const answer: unknown = body.length === 0 ? {} : JSON.parse(body.toString());
  const partial =
    typeof answer === 'object' && answer !== null && 'partialSuccess' in answer ? answer.partialSuccess : {};
  const hasCount = typeof partial === 'object' && partial !== null && 'rejectedSpans' in partial;
  return hasCount ? Number(partial.rejectedSpans) : 0;
}

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
/** Source: OTLP 1.11, OTLP/gRPC, retryable codes. */
const RETRYABLE_GRPC: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
  status.OUT_OF_RANGE,
  status.UNAVAILABLE,
  status.DATA_LOSS,
  status.RESOURCE_EXHAUSTED,
]);

function grpcSender({ server, isCompressed, connections }: SenderSettings): LoadSender {
  const url = new URL(server.url);
  const channel = url.protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure();
  const clients = Array.from(
    { length: connections },
    () =>
      new Client(url.host, channel, {
        // Connections of their own: a shared one would carry all streams.
        'grpc.use_local_subchannel_pool': 1,
        'grpc.default_compression_algorithm': isCompressed ? 2 : 0,
      }),
  );
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(server.headers)) metadata.set(name.toLowerCase(), value);
  let turn = 0;
  return {
    send: (body) =>
      new Promise((resolve) => {
        const client = clients[turn++ % clients.length];
        if (client === undefined) throw new Error('no client');
        const deadline = Date.now() + server.timeoutMs;
        client.makeUnaryRequest(
          EXPORT,
          (bytes: Buffer) => bytes,
          (bytes: Buffer) => bytes,
          body,
          metadata,
          { deadline },
          (error: ServiceError | null, answer?: Buffer) => {
            if (error === null) {
              resolve({
                kind: 'accepted',
                rejectedSpans: decodeExportResponse(answer ?? Buffer.alloc(0)).rejectedSpans,
              });
              return;
            }
            const reason = `${status[error.code] ?? error.code}: ${error.details}`;
            const isRefusal = RETRYABLE_GRPC.has(error.code) && error.code !== status.DEADLINE_EXCEEDED;
            resolve(isRefusal ? { kind: 'retry', reason, afterMs: undefined } : { kind: 'failed', reason });
          },
        );
      }),
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
