import { SpanKind, StatusCode } from '@throughline/model';

const KINDS: ReadonlyMap<string, SpanKind> = new Map(Object.entries(SpanKind));

const KIND_NAMES: ReadonlyMap<SpanKind, string> = new Map(Object.entries(SpanKind).map(([name, kind]) => [kind, name]));

const STATUS_NAMES: ReadonlyMap<StatusCode, string> = new Map(
  Object.entries(StatusCode).map(([name, code]) => [code, name]),
);

const STATUSES: ReadonlyMap<string, StatusCode> = new Map<string, StatusCode>([
  ...Object.entries(StatusCode),
  ['SUCCESS', StatusCode.OK],
  ['FAILED', StatusCode.ERROR],
  ['FAILURE', StatusCode.ERROR],
  ['TIMEOUT', StatusCode.ERROR],
  ['TIMED_OUT', StatusCode.ERROR],
]);

export function kindName(kind: SpanKind): string {
  return KIND_NAMES.get(kind) ?? 'UNSPECIFIED';
}

export function statusName(code: StatusCode): string {
  return STATUS_NAMES.get(code) ?? 'UNSET';
}

/**
 * `server`, `SERVER`, `SpanKind.SERVER`, `SPAN_KIND_SERVER`, or OTLP's number. Absent, null and '' are UNSPECIFIED;
 * undefined for anything else.
 */
export function readKind(value: unknown): SpanKind | undefined {
  if (value === undefined || value === null || value === '') return SpanKind.UNSPECIFIED;
  if (typeof value === 'number') return Object.values(SpanKind).find((kind) => kind === value);
  return typeof value === 'string' ? KINDS.get(bareName(value, 'SPAN_KIND_')) : undefined;
}

export interface ReadStatus {
  readonly code: StatusCode;
  /** The status was `timeout`, which is an error with a type of its own. */
  readonly isTimeout: boolean;
}

/**
 * `ok`, `error`, `failed`, `timeout`, `unset` in any case, `StatusCode.ERROR`, `STATUS_CODE_ERROR`, or OTLP's number.
 * Absent, null and '' are UNSET; undefined for anything else.
 */
export function readStatusCode(value: unknown): ReadStatus | undefined {
  if (value === undefined || value === null || value === '') return { code: StatusCode.UNSET, isTimeout: false };
  if (typeof value === 'number') {
    const code = Object.values(StatusCode).find((known) => known === value);
    return code === undefined ? undefined : { code, isTimeout: false };
  }
  if (typeof value !== 'string') return undefined;
  const name = bareName(value, 'STATUS_CODE_');
  const code = STATUSES.get(name);
  return code === undefined ? undefined : { code, isTimeout: name === 'TIMEOUT' || name === 'TIMED_OUT' };
}

function bareName(text: string, prefix: string): string {
  const name = text
    .trim()
    .slice(text.trim().lastIndexOf('.') + 1)
    .toUpperCase();
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
