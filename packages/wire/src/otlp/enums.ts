import { SpanKind, StatusCode } from '@throughline/model';

const SPAN_KINDS: readonly SpanKind[] = Object.values(SpanKind);
const STATUS_CODES: readonly StatusCode[] = Object.values(StatusCode);

/** The kind with this number, UNSPECIFIED if there is none. Both enums count from 0 without a gap. */
export function spanKindFrom(number: number): SpanKind {
  return SPAN_KINDS[number] ?? SpanKind.UNSPECIFIED;
}

/** The status code with this number, UNSET if there is none. */
export function statusCodeFrom(number: number): StatusCode {
  return STATUS_CODES[number] ?? StatusCode.UNSET;
}
