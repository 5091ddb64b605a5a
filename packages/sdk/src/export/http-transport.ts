import { type Compression, compressorOf } from './compress-body.ts';
import { type DeliveryOptions, type FailedAttempt, failedAttempt, type Transport } from './delivering-exporter.ts';
import { retryAfterMs, systemClock } from './delivery-clock.ts';
import { type HttpAnswer, type HttpOptions, httpSender } from './http-sender.ts';

/** Options of every exporter that posts over HTTP. */
export interface HttpExporterOptions extends HttpOptions, DeliveryOptions {
  /** Default `none`. */
  readonly compression?: Compression;
}

/** What is particular to a protocol over HTTP. */
export interface HttpProtocol extends Pick<Transport, 'name' | 'encode'> {
  readonly url: string;
  readonly contentType: string;
  /** Reads the answer to a success: spans that were not taken, and a message. May throw. */
  readSuccess?(body: Buffer, spanCount: number): { readonly rejectedCount: number; readonly message: string };
  /** The message of an error's body. May throw. */
  readError?(body: Buffer): string;
}

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const MAX_DETAIL_LENGTH = 200;

/** A transport that posts each request. Source of what is retried: OTLP 1.11, "OTLP/HTTP Response". */
export function httpTransport(protocol: HttpProtocol, options: HttpExporterOptions): Transport {
  const clock = options.clock ?? systemClock;
  const sender = httpSender(protocol.url, options);
  const compressor = compressorOf(options.compression ?? 'none');
  const headers: Record<string, string> = { 'content-type': protocol.contentType };
  if (compressor !== undefined) headers['content-encoding'] = compressor.encoding;

  function failed(answer: HttpAnswer): FailedAttempt {
    const { status } = answer;
    const message = sender.redact(`${sender.target}: HTTP ${status}${detailOf(answer)}`);
    if (!RETRYABLE_STATUS.has(status)) return failedAttempt(status === 413 ? 'too_large' : 'refused', message);
    const delayMs = retryAfterMs(answer.retryAfter, clock.now());
    const reason = status === 429 ? 'throttled' : 'unavailable';
    return {
      kind: 'failed',
      reason,
      message,
      isRetryable: true,
      ...(delayMs === undefined ? {} : { retryAfterMs: delayMs }),
    };
  }

  function detailOf({ status, body, isCut }: HttpAnswer): string {
    if (status >= 300 && status < 400) return ', a redirect, which is not followed';
    if (body.length === 0 || isCut) return '';
    let detail: string;
    try {
      detail = protocol.readError?.(body) ?? body.toString('utf8', 0, MAX_DETAIL_LENGTH);
    } catch {
      detail = body.toString('utf8', 0, MAX_DETAIL_LENGTH);
    }
    return detail === '' ? '' : `: ${printable(detail).slice(0, MAX_DETAIL_LENGTH)}`;
  }

  return {
    name: protocol.name,
    encode: protocol.encode,
    ...(compressor === undefined ? {} : { compress: (bytes: Uint8Array) => compressor.compress(bytes) }),
    letExit: () => sender.letExit(),
    close: () => sender.close(),
    send: async (bytes, signal, spanCount) => {
      const answer = await sender.post(bytes, headers, signal);
      if (answer.kind === 'failed') return answer;
      if (answer.status < 200 || answer.status >= 300) return failed(answer);
      // The status says that the spans were taken; sending them again because of an odd body would double them.
      const odd = { kind: 'accepted', rejectedCount: 0 } as const;
      if (answer.isCut) return { ...odd, message: `${sender.target}: the answer is too long to be read` };
      try {
        const { rejectedCount, message } = protocol.readSuccess?.(answer.body, spanCount) ?? {
          rejectedCount: 0,
          message: '',
        };
        return { kind: 'accepted', rejectedCount, message: sender.redact(message) };
      } catch {
        return { ...odd, message: `${sender.target}: the answer cannot be read` };
      }
    },
  };
}

function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- Control characters are what must go: the text may be binary.
  return text.replaceAll(/[\u0000-\u001f\u007f\ufffd]+/g, ' ').trim();
}
