/** Events a second in the unit that needs no leading zeros: `12.3/s`, `0.55/s`, `4.2/min`, `3/h`, `2/day`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '–';
  if (perSecond === 0) return '0/s';
  if (perSecond >= 0.1) return `${significant(perSecond)}/s`;
  if (perSecond * 60 >= 0.1) return `${significant(perSecond * 60)}/min`;
  if (perSecond * 3600 >= 0.1) return `${significant(perSecond * 3600)}/h`;
  return perSecond * 86_400 < 0.01 ? '< 0.01/day' : `${significant(perSecond * 86_400)}/day`;
}

/** A share from 0 to 1: `0 %`, `0.04 %`, `2.5 %`, `100 %`. What is above 0 never reads 0, what is below 1 never 100. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent <= 0) return '0 %';
  if (percent < 0.01) return '< 0.01 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${significant(percent)} %`;
}

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

function significant(value: number): string {
  if (value >= 99.95) return GROUPED.format(value);
  if (value >= 9.995) return trimmed(value.toFixed(1));
  return trimmed(value.toFixed(2));
}

function trimmed(text: string): string {
  return text.replace(/\.?0+$/, '');
}
