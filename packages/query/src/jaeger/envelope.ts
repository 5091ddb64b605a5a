/** An error as Jaeger's query API tells it: of the whole request (`code`), or of one trace. */
export interface JaegerError {
  readonly code?: number;
  readonly msg: string;
  readonly traceID?: string;
}

/** What every answer of Jaeger's query API is wrapped in. */
export interface JaegerEnvelope {
  readonly data: unknown;
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly errors: readonly JaegerError[] | null;
}

/** Lists of names count themselves in `total`. */
export function listEnvelope(data: readonly unknown[]): JaegerEnvelope {
  return { data, total: data.length, limit: 0, offset: 0, errors: null };
}

/** Traces and dependencies do not; what is amiss with some of them stands beside the others. */
export function tracesEnvelope(data: readonly unknown[], errors: readonly JaegerError[] = []): JaegerEnvelope {
  return { data, total: 0, limit: 0, offset: 0, errors: errors.length === 0 ? null : errors };
}

export function errorEnvelope(code: number, msg: string): JaegerEnvelope {
  return { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] };
}
