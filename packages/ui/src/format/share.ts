import { threeDigits } from './three-digits.ts';

/** A share from 0 to 1: `0 %`, `0.04 %`, `2.5 %`, `100 %`. What is above 0 never reads 0, what is below 1 never 100. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent <= 0) return '0 %';
  if (percent < 0.01) return '< 0.01 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${threeDigits(percent)} %`;
}
