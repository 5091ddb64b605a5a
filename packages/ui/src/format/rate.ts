import { threeDigits } from './three-digits.ts';

/** Events a second in the unit that needs no leading zeros: `12.3/s`, `0.55/s`, `4.2/min`, `3/h`, `2/day`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '–';
  if (perSecond === 0) return '0/s';
  if (perSecond >= 0.1) return `${threeDigits(perSecond)}/s`;
  if (perSecond * 60 >= 0.1) return `${threeDigits(perSecond * 60)}/min`;
  if (perSecond * 3600 >= 0.1) return `${threeDigits(perSecond * 3600)}/h`;
  return perSecond * 86_400 < 0.01 ? '< 0.01/day' : `${threeDigits(perSecond * 86_400)}/day`;
}
