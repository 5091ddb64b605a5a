import type { IngestionAnswer } from '@throughline/query/client';

export interface Loss {
  readonly kind: 'refused' | 'rejected' | 'dropped';
  readonly reason: string;
  readonly count: number;
}

/** What happened to spans that are not in the store, in a sentence each. */
export const LOSS_WORDS: Readonly<Record<Loss['kind'], string>> = {
  refused: 'The whole request was refused, and its sender was told.',
  rejected: 'Left out for what is wrong with the span itself.',
  dropped: 'Was stored, and given up by the store later.',
};

/** All that came and is not stored, most first. */
export function lossesOf({ refused, rejected, dropped }: IngestionAnswer): readonly Loss[] {
  const kinds: readonly (readonly [Loss['kind'], IngestionAnswer['refused']])[] = [
    ['refused', refused],
    ['rejected', rejected],
    ['dropped', dropped],
  ];
  return kinds
    .flatMap(([kind, reasons]) => reasons.map(({ reason, count }) => ({ kind, reason, count })))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason, 'en'));
}
