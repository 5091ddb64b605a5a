import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { type Comparison, type Contributor, Mark } from './comparison.ts';

/** `+480 ms`, `−1.2 s`, `±0`. */
export function signedDuration(nano: number): string {
  if (!Number.isFinite(nano)) return '';
  if (nano === 0) return '±0';
  return nano > 0 ? `+${formatDuration(nano)}` : `−${formatDuration(-nano)}`;
}

export interface MarkWord {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'worse' | 'better' | 'neutral';
}

const MARK_WORDS: readonly (readonly [number, MarkWord])[] = [
  [Mark.ADDED, { sign: '+', word: 'added', tone: 'neutral' }],
  [Mark.REMOVED, { sign: '−', word: 'removed', tone: 'neutral' }],
  [Mark.FAILS, { sign: '✕', word: 'fails', tone: 'worse' }],
  [Mark.RECOVERED, { sign: '✓', word: 'no longer fails', tone: 'better' }],
  [Mark.SLOWER, { sign: '▲', word: 'slower', tone: 'worse' }],
  [Mark.FASTER, { sign: '▼', word: 'faster', tone: 'better' }],
  [Mark.REORDERED, { sign: '⇅', word: 'reordered', tone: 'neutral' }],
];

/** How a node differs, the gravest first. */
export function markWords(marks: number): readonly MarkWord[] {
  return MARK_WORDS.flatMap(([bit, word]) => ((marks & bit) === 0 ? [] : word));
}

/** Differences below this share of the longer trace are called equal. */
const EQUAL_SHARE = 0.02;

/** `B takes 480 ms longer than A: 1.09 s instead of 612 ms (1.8×)`. */
export function differenceInWords({ a, b, durationDeltaNano: delta }: Comparison): string {
  const longer = Math.max(a.durationNano, b.durationNano);
  if (Math.abs(delta) <= EQUAL_SHARE * longer) {
    return `A and B take equally long: ${formatDuration(a.durationNano)} and ${formatDuration(b.durationNano)}`;
  }
  const [word, factor] =
    delta > 0 ? ['longer', b.durationNano / a.durationNano] : ['less', b.durationNano / a.durationNano];
  const times =
    Number.isFinite(factor) && factor > 0 ? ` (${factor >= 10 ? factor.toFixed(0) : factor.toFixed(2)}×)` : '';
  return `B takes ${formatDuration(Math.abs(delta))} ${word} than A: ${formatDuration(b.durationNano)} instead of ${formatDuration(a.durationNano)}${times}`;
}

/** What explains most of it, as far as one operation does: `91 % of it is payment Charge itself`. */
export function explanationInWords(
  { durationDeltaNano: delta, gapDeltaNano, a, b }: Comparison,
  contributors: readonly Contributor[],
): string | undefined {
  if (Math.abs(delta) <= EQUAL_SHARE * Math.max(a.durationNano, b.durationNano)) return undefined;
  const first = contributors.find(({ deltaNano }) => Math.sign(deltaNano) === Math.sign(delta));
  if (Math.sign(gapDeltaNano) === Math.sign(delta) && Math.abs(gapDeltaNano) > Math.abs(first?.deltaNano ?? 0)) {
    return `${shareOf(gapDeltaNano, delta)} of it is time in which no span ran`;
  }
  if (first === undefined) return undefined;
  const calls =
    first.aCount === first.bCount
      ? first.bCount > 1
        ? ` (${countOf(first.bCount, 'span')})`
        : ''
      : ` (${countOf(first.bCount, 'span')} instead of ${first.aCount})`;
  return `${shareOf(first.deltaNano, delta)} of it is ${first.service} ${first.name} itself${calls}`;
}

function shareOf(part: number, whole: number): string {
  const percent = Math.round((part / whole) * 100);
  // Others may have made up for some of it.
  return percent > 100 ? 'more than all' : `${percent} %`;
}
