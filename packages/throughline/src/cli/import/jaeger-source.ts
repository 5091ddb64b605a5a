import { CodedError } from '@throughline/model';
import { decodeJaegerJson } from '@throughline/wire';
import { checkUrl } from '../client/client-options.ts';
import type { ReadResult } from './read-spans.ts';

export interface JaegerPull {
  /** Undefined: all services. */
  readonly service: string | undefined;
  readonly operation: string | undefined;
  /** Microseconds since the epoch, both included, as Jaeger has it. */
  readonly fromMicros: bigint;
  readonly toMicros: bigint;
  /** Traces a request. */
  readonly limit: number;
  readonly timeoutMs: number;
  /** Largest answer that is read. */
  readonly maxBytes: number;
  readonly onBytes?: (kind: 'stored' | 'unpacked', byteCount: number) => void;
}

/** `jaeger:http://host:16686/base` or `jaeger:host:16686` as the URL of a Jaeger; undefined if it is no such source. */
export function jaegerUrl(source: string): string | undefined {
  if (!source.startsWith('jaeger:')) return undefined;
  const rest = source.slice('jaeger:'.length);
  return checkUrl('import jaeger:URL', /^https?:\/\//.test(rest) ? rest : `http://${rest}`);
}

/**
 * The traces that a Jaeger has in a window of time. Jaeger gives no more than a limit and no page after that, so a
 * window whose answer is full is asked again in two parts, down to a microsecond. A trace that several windows or services
 * give is sent once.
 *
 * @throws CodedError `unreachable`, `jaeger_failed` before anything was read; later failures are results
 */
export async function* pullJaeger(baseUrl: string, pull: JaegerPull): AsyncGenerator<ReadResult> {
  const seen = new SeenTraces();
  const services = pull.service === undefined ? await listServices(baseUrl, pull) : [pull.service];
  for (const service of services) {
    const windows = [{ from: pull.fromMicros, to: pull.toMicros }];
    for (let window = windows.pop(); window !== undefined; window = windows.pop()) {
      const { from, to } = window;
      const place = { source: `${baseUrl} ${service} ${from}-${to}us` };
      try {
        const traces = dataOf(
          await get(baseUrl, `/api/traces?${parameters(service, pull, from, to).toString()}`, pull),
        );
        if (traces.length >= pull.limit && to > from) {
          const middle = splitPoint(traces, from, to);
          windows.push({ from, to: middle }, { from: middle + 1n, to });
          // The traces of this answer come again with the parts.
          continue;
        }
        if (traces.length >= pull.limit) {
          const error = new CodedError(
            'limit_reached',
            `one microsecond has ${pull.limit} traces or more; --limit allows more a request`,
          );
          yield { kind: 'unreadable', error, place };
        }
        const fresh = traces.filter((trace) => !seen.has(traceIdOf(trace)));
        yield {
          kind: 'spans',
          spans: { ...decodeJaegerJson(fresh), mergedFragmentCount: 0 },
          byteCount: 0,
          place,
        };
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        yield { kind: 'unreadable', error, place };
        if (error.code === 'unreachable') return;
      }
    }
  }
}

/**
 * The last microsecond of the first part: the median start of the traces in the answer, so that a long window with
 * little in it takes few requests; the middle where that would not part the window.
 */
function splitPoint(traces: readonly unknown[], from: bigint, to: bigint): bigint {
  const starts = traces
    .map((trace) => earliestStart(trace, from, to))
    .filter((start) => start !== undefined)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = starts[starts.length >> 1];
  return median !== undefined && median > from && median < to ? median : (from + to) / 2n;
}

/** Of the spans that start within the window, in microseconds. */
function earliestStart(trace: unknown, from: bigint, to: bigint): bigint | undefined {
  const spans = isObject(trace) && Array.isArray(trace['spans']) ? (trace['spans'] as readonly unknown[]) : [];
  let earliest: bigint | undefined;
  for (const span of spans) {
    const start = isObject(span) ? span['startTime'] : undefined;
    if (typeof start !== 'number' || !Number.isSafeInteger(start)) continue;
    const micros = BigInt(start);
    if (micros >= from && micros <= to && (earliest === undefined || micros < earliest)) earliest = micros;
  }
  return earliest;
}

/** Beyond this the oldest are forgotten, and their traces may be sent again, which changes nothing but the counts. */
const MAX_SEEN_TRACES = 1_000_000;

class SeenTraces {
  readonly #ids = new Set<string>();

  /** Whether the id was asked for before. */
  has(traceId: string | undefined): boolean {
    if (traceId === undefined) return false;
    if (this.#ids.has(traceId)) return true;
    this.#ids.add(traceId);
    if (this.#ids.size > MAX_SEEN_TRACES) for (const oldest of this.#ids) return !this.#ids.delete(oldest);
    return false;
  }
}

function parameters(service: string, pull: JaegerPull, from: bigint, to: bigint): URLSearchParams {
  return new URLSearchParams({
    service,
    ...(pull.operation === undefined ? {} : { operation: pull.operation }),
    start: String(from),
    end: String(to),
    limit: String(pull.limit),
    // Not adjusted for clock skew: what was recorded.
    raw: 'true',
  });
}

async function listServices(baseUrl: string, pull: JaegerPull): Promise<readonly string[]> {
  const services = dataOf(await get(baseUrl, '/api/services', pull));
  return services.filter((service) => typeof service === 'string').toSorted();
}

async function get(baseUrl: string, path: string, pull: JaegerPull): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(baseUrl + path, { signal: AbortSignal.timeout(pull.timeoutMs) });
    text = await readText(response, pull);
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('unreachable', `Cannot reach Jaeger at ${baseUrl}`, { retryable: true, cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CodedError('jaeger_failed', `${baseUrl}${path} did not answer with JSON (status ${response.status})`);
  }
  if (response.ok) return json;
  throw new CodedError('jaeger_failed', `${baseUrl}${path} answered with status ${response.status}: ${errorsOf(json)}`);
}

async function readText(response: Response, { maxBytes, onBytes }: JaegerPull): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) {
      throw new CodedError('jaeger_failed', `an answer is larger than ${maxBytes} bytes; a smaller --limit helps`);
    }
    parts.push(part);
  }
  onBytes?.('stored', length);
  onBytes?.('unpacked', length);
  return Buffer.concat(parts).toString('utf8');
}

function dataOf(json: unknown): readonly unknown[] {
  const data = isObject(json) ? json['data'] : undefined;
  if (Array.isArray(data)) return data;
  if (data === null) return [];
  throw new CodedError('jaeger_failed', `Jaeger's answer has no data: ${errorsOf(json)}`);
}

function errorsOf(json: unknown): string {
  const errors = isObject(json) ? json['errors'] : undefined;
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  return isObject(first) && typeof first['msg'] === 'string' ? first['msg'] : 'no reason given';
}

function traceIdOf(trace: unknown): string | undefined {
  return isObject(trace) && typeof trace['traceID'] === 'string' ? trace['traceID'] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
