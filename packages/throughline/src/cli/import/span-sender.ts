import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CodedError } from '@throughline/model';
import { decodeExportResponse, decodeRpcStatus } from '@throughline/wire';
import type { Server } from '../client/client-options.ts';
import { DEFAULT_RETRY_POLICY, parseRetryAfter, RETRYABLE_STATUSES, retryDelayMs, type RetryPolicy } from './retry.ts';
import type { SpanBatch } from './span-batches.ts';

const compress = promisify(gzip);

/** What became of a batch. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly rejectedCount: number; readonly message: string }
  | { readonly kind: 'failed'; readonly error: CodedError };

export interface SenderOptions {
  readonly server: Server;
  readonly onOutcome: (batch: SpanBatch, outcome: SendOutcome) => void;
  /** Told of every request, with its size as sent. */
  readonly onRequest?: (byteCount: number, isRetry: boolean) => void;
  readonly maxConcurrency?: number;
  readonly retryPolicy?: RetryPolicy;
  /** For tests: how to wait, and chance. */
  readonly wait?: (delayMs: number) => Promise<unknown>;
  readonly random?: () => number;
}

const DEFAULT_MAX_CONCURRENCY = 4;
/** The other batches may fare better with these: they are about what is in the batch. */
const BATCH_STATUSES: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Sends batches to `POST {url}/v1/traces`, a few at a time. Retryable refusals and broken connections are tried again;
 * when the server cannot take anything (not there, no such route, not allowed), sending ends with that error.
 */
export class SpanSender {
  readonly #options: SenderOptions;
  readonly #underWay = new Set<Promise<void>>();
  #fatal: CodedError | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Resolves when there is room for the next one. Rejects with what ended sending. */
  async send(batch: SpanBatch): Promise<void> {
    while (this.#underWay.size >= (this.#options.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY)) {
      await Promise.race(this.#underWay);
    }
    if (this.#fatal !== undefined) {
      this.#options.onOutcome(batch, { kind: 'failed', error: this.#fatal });
      throw this.#fatal;
    }
    const sending = this.#deliver(batch).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  /** Resolves when every batch has its outcome; the error that ended sending, if one did. */
  async finish(): Promise<CodedError | undefined> {
    await Promise.all(this.#underWay);
    return this.#fatal;
  }

  async #deliver(batch: SpanBatch): Promise<void> {
    const { onOutcome } = this.#options;
    const outcome = await this.#attempts(batch);
    onOutcome(batch, outcome);
  }

  async #attempts(batch: SpanBatch): Promise<SendOutcome> {
    const { wait = delay, random = Math.random, retryPolicy = DEFAULT_RETRY_POLICY, server } = this.#options;
    const request = await requestOf(server, batch);
    for (let attempt = 1; ; attempt++) {
      this.#options.onRequest?.(request.body.length, attempt > 1);
      const answer = await post(server, request);
      if (!('status' in answer)) return answer;
      if (!answer.error.retryable || attempt >= retryPolicy.maxAttempts) {
        // A batch that is refused for what is in it does not speak for the others.
        if (answer.status === undefined || !BATCH_STATUSES.has(answer.status)) this.#fatal ??= answer.error;
        return { kind: 'failed', error: answer.error };
      }
      if (this.#fatal !== undefined) return { kind: 'failed', error: this.#fatal };
      await wait(retryDelayMs(retryPolicy, attempt, answer.error.retryAfterMs, random()));
    }
  }
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** On the same machine compression costs more than it saves. */
async function requestOf(server: Server, batch: SpanBatch): Promise<Request> {
  const headers = { ...server.headers, 'Content-Type': 'application/x-protobuf' };
  if (isLocal(server.url)) return { headers, body: new Uint8Array(batch.bytes) };
  return { headers: { ...headers, 'Content-Encoding': 'gzip' }, body: new Uint8Array(await compress(batch.bytes)) };
}

export function isLocal(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

interface Refusal {
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly error: CodedError;
}

async function post(server: Server, request: Request): Promise<SendOutcome | Refusal> {
  let response: Response;
  let body: Uint8Array;
  try {
    response = await fetch(`${server.url}/v1/traces`, {
      method: 'POST',
      headers: request.headers,
      body: request.body,
      signal: AbortSignal.timeout(server.timeoutMs),
    });
    body = await response.bytes();
  } catch (cause) {
    const error = new CodedError('unreachable', `Cannot reach ${server.url}`, { retryable: true, cause });
    return { status: undefined, error };
  }
  return response.ok ? accepted(server, response, body) : refused(server, response, body);
}

function accepted(server: Server, response: Response, body: Uint8Array): SendOutcome | Refusal {
  const type = response.headers.get('content-type') ?? '';
  if (body.length === 0 || type.includes('protobuf')) {
    try {
      const { rejectedSpans, errorMessage } = decodeExportResponse(body);
      return { kind: 'accepted', rejectedCount: rejectedSpans, message: errorMessage };
    } catch (cause) {
      if (!(cause instanceof CodedError)) throw cause;
    }
  }
  const message = `${server.url}/v1/traces did not answer with OTLP; is this a Throughline server?`;
  return { status: response.status, error: new CodedError('unexpected_answer', message) };
}

function refused(server: Server, response: Response, body: Uint8Array): Refusal {
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  const told = statusMessage(response, body);
  const error = new CodedError(
    'refused',
    `${server.url}/v1/traces answered with status ${status}${told === '' ? '' : `: ${told}`}`,
    { retryable: RETRYABLE_STATUSES.has(status), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  );
  return { status, error };
}

function statusMessage(response: Response, body: Uint8Array): string {
  if (!(response.headers.get('content-type') ?? '').includes('protobuf')) return '';
  try {
    return decodeRpcStatus(body).message;
  } catch {
    return '';
  }
}
