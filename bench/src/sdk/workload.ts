import { randomFrom } from '../synthetic-spans.ts';

/** String attributes of a span; two integers make it ten attributes. */
export const STRINGS_PER_SPAN = 8;

/** The strings of as many spans as a round has: those of span `i` from `i * STRINGS_PER_SPAN`. */
export type SpanStrings = readonly string[];

interface Slot {
  readonly distinct: number;
  /** Of the program's own text: always the same string object. Others come off the wire: equal, and new each time. */
  readonly isLiteral: boolean;
  readonly text: (number: number) => string;
}

const digits = (number: number, length: number): string => String(number % 10 ** length).padStart(length, '0');

/** In the order of the operations' attributes. */
const slots: readonly Slot[] = [
  { distinct: 4, isLiteral: true, text: (n) => `${['GET', 'POST', 'PUT', 'DELETE'][n % 4]}` },
  { distinct: 200, isLiteral: false, text: (n) => `/api/v1/orders/${digits(n, 9)}` },
  { distinct: 4, isLiteral: true, text: (n) => `shop-${digits(n, 9)}.example.com` },
  { distinct: 20, isLiteral: false, text: (n) => `Mozilla/5.0 (X11; Linux x86_64) Browser/${digits(n, 9)}` },
  { distinct: 500, isLiteral: false, text: (n) => `10.${digits(n, 9)}` },
  { distinct: 2, isLiteral: true, text: (n) => `1.${n}` },
  { distinct: 20, isLiteral: true, text: (n) => `/api/v1/orders/:id/part-${digits(n, 9)}` },
  { distinct: 1_000, isLiteral: false, text: (n) => `user-${digits(n, 9)}` },
];

/** Makes a round's strings; no two calls of `unique` give an equal one. Flat, as strings that were read are. */
export function spanStringsMaker(isUnique: boolean): (spanCount: number) => SpanStrings {
  const random = randomFrom(11);
  let next = 0;
  const literals = slots.map(({ distinct, text }) => Array.from({ length: distinct }, (_, n) => flat(text(n))));
  return (spanCount) => {
    const strings: string[] = [];
    for (let span = 0; span < spanCount; span++) {
      slots.forEach(({ distinct, isLiteral, text }, slot) => {
        const number = isUnique ? next++ : Math.floor(random() * distinct);
        if (isUnique) strings.push(flat(slot === 0 ? `M${number}` : text(number)));
        else strings.push(isLiteral ? (literals[slot]?.[number] ?? '') : flat(text(number)));
      });
    }
    return strings;
  };
}

/** As text that was read is. Concatenation makes a rope, which whoever reads it pays for. */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
