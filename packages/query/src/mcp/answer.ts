import { formatInstant } from '@throughline/model';

/**
 * What a tool answers, before it is written: facts and lists of rows. It is written twice from the same values, as text
 * and as JSON ({@link renderAnswer}).
 *
 * A plain string is text from spans, so that forgetting to say so is safe; words of our own are {@link own} or {@link id}.
 */
export type Value = Scalar | readonly Scalar[];
export type Scalar = string | Own | Whole | number | boolean | null | undefined;

/** Words that no span has written. */
export interface Own {
  readonly own: string;
}

/** Text from spans that is of no use when it is cut: queries, addresses. */
export interface Whole {
  readonly whole: string;
}

/** UTF-16 units; what is longer is left out. */
export const MAX_WHOLE_LENGTH = 2_000;

/** Names of fields say their unit: `duration_ms`. */
export type Row = Readonly<Record<string, Value>>;

export interface Section {
  /** Snake case; unique in the answer. */
  readonly name: string;
  /** What the rows are and how they are sorted. */
  readonly title: string;
  /** The most telling first: what does not fit is cut from the end. */
  readonly rows: readonly Row[];
  /** How many there are, where `rows` are only the first of them. */
  readonly total?: number;
}

export interface Answer {
  readonly title: string;
  readonly facts: Row;
  /** Where a person sees the same; addresses by what they show. */
  readonly links: Row;
  readonly sections: readonly Section[];
  /** Why it may be incomplete. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  /** How to ask for less, in a sentence; said where something was cut. */
  readonly narrow: string;
}

export function own(words: string): Own {
  return { own: words };
}

export function whole(text: string): Scalar {
  return text.length > MAX_WHOLE_LENGTH ? undefined : { whole: text };
}

/** Trace and span ids; what is no hex is text from spans. */
export function id(hex: string): Scalar {
  return /^[\da-f]{1,32}$/.test(hex) ? own(hex) : hex;
}

/** `TRACE_ID/SPAN_ID` */
export function spanReference(traceId: string, spanId: string): Scalar {
  const text = `${traceId}/${spanId}`;
  return /^[\da-f]{32}\/[\da-f]{16}$/.test(text) ? own(text) : text;
}

const NANO_PER_MS = 1e6;
const MS_DIGITS = 6;
const DIGITS = 4;

/** Milliseconds with six significant digits. */
export function ms(nano: number): number {
  return Number((nano / NANO_PER_MS).toPrecision(MS_DIGITS));
}

/** With four significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** ISO 8601, exact; instants that JavaScript's calendar does not know as they are. */
export function instant(unixNano: string | bigint): Own {
  try {
    return own(withoutZeros(formatInstant(BigInt(unixNano))));
  } catch {
    return own(`${unixNano} ns`);
  }
}

/** The same from float seconds, to the millisecond. */
export function instantOfSeconds(seconds: number): Own {
  const date = new Date(seconds * 1000);
  return own(Number.isNaN(date.valueOf()) ? `${seconds} s` : withoutZeros(date.toISOString()));
}

/** `12:00:00.500Z` is `12:00:00.5Z`. */
function withoutZeros(iso: string): string {
  return iso.replace(/\.?0+Z$/, 'Z');
}
