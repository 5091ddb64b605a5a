const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,234`, `12.3`, `1.23`, `0.5`: as many decimals as three digits leave room for, without zeros at the end. */
export function threeDigits(value: number): string {
  if (value >= 99.95) return GROUPED.format(value);
  if (value >= 9.995) return trimmed(value.toFixed(1));
  return trimmed(value.toFixed(2));
}

function trimmed(text: string): string {
  return text.replace(/\.?0+$/, '');
}
