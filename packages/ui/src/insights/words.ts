import { formatShare } from '../format/share.ts';
import type { CauseEvidenceAnswer, FeatureLiftAnswer, OperationChangeAnswer } from '@throughline/query/client';

import { countOf, formatCount } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatAxisTime, formatDateTime } from '../format/instant.ts';

/** What the analyses found, in plain words. */

/** Below this even a sound system shows something: see the method's tests. */
export const NOTABLE_SCORE = 0.1;

/** `shop.Payment/Charge`, or with whom it calls: `POST → bank`. */
export function placeOf({ operation, callee }: Pick<CauseEvidenceAnswer, 'operation' | 'callee'>): string {
  return callee === null ? operation : `${operation} → ${callee}`;
}

/** What deviates, without the place: `41 of 310 spans work longer than 12 ms, by 400 ms on average`. */
export function deviationInWords(evidence: CauseEvidenceAnswer): string {
  const spans = `${formatCount(evidence.affected_count)} of ${countOf(evidence.observation_count, 'span')}`;
  const excess = formatDuration(evidence.excess_nano);
  switch (evidence.kind) {
    case 'slower':
      return `${spans} take longer than the usual ${formatDuration(evidence.usual_nano)}, by ${excess} on average`;
    case 'failing':
      return `${spans} fail`;
    case 'work_missing':
      return `${spans} lack work that such spans usually do`;
    case 'work_repeated':
      return `${spans} make many more calls than usual, which takes ${excess} on average`;
    case 'callee_missing':
      return `${spans} do not reach whom they call`;
  }
}

export const DEVIATION_NAMES: Readonly<Record<CauseEvidenceAnswer['kind'], string>> = {
  slower: 'slower',
  failing: 'failing',
  work_missing: 'work missing',
  work_repeated: 'work repeated',
  callee_missing: 'callee not reached',
};

/** `6×`, `1.4×`; empty where nothing can be said. */
export function factorInWords(before: number, after: number): string {
  if (!(before > 0) || !(after > 0)) return '';
  const factor = after / before;
  return `${factor >= 9.95 ? formatCount(Math.round(factor)) : factor.toFixed(1)}×`;
}

/** `14:02`, or with the date where that is another day than the reader's. */
export function formatMoment(epochMs: number, nowMs: number): string {
  const isToday = new Date(epochMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? formatAxisTime(epochMs, 1_000).slice(0, 5) : formatDateTime(epochMs).replace(/:\d\d$/, '');
}

/** What changed, without its place: `p95 20 ms → 160 ms (8.0×)`. */
export function levelsInWords({ kind, before, after }: OperationChangeAnswer): string {
  if (kind === 'failing' || kind === 'recovered') {
    return `${formatShare(before)} → ${formatShare(after)} of the calls fail`;
  }
  const factor = after >= before ? factorInWords(before, after) : `${factorInWords(after, before)} faster`;
  return `p95 ${formatDuration(before)} → ${formatDuration(after)}${before > 0 && after > 0 ? ` (${factor})` : ''}`;
}

/** `service.version = 5.1.0`, `operation GET /cart`, `a call to bank`, `an error in Charge`. */
export function featureInWords(feature: FeatureLiftAnswer): string {
  switch (feature.kind) {
    case 'attribute':
      return `${feature.key ?? ''} = ${feature.value === '' ? '(empty)' : (feature.value ?? '')}`;
    case 'operation':
      return `operation ${feature.operation ?? ''}`;
    case 'edge':
      return `a call to ${feature.callee ?? ''}`;
    case 'error':
      return `an error in ${feature.operation ?? ''}`;
  }
}
