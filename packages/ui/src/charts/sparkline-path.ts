/** An SVG path through the values, 0 at the bottom and the largest at the top; a value between gaps is a short dash. */
export function sparklinePath(values: readonly (number | undefined)[], width: number, height: number): string {
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const step = width / Math.max(1, values.length);
  const y = (value: number): string => round(top === 0 ? height : 1 + (height - 1) * (1 - value / top));
  let path = '';
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const follows = values[index - 1] !== undefined;
    const precedes = values[index + 1] !== undefined;
    if (follows) path += `L${round((index + 0.5) * step)} ${y(value)}`;
    else if (precedes) path += `M${round((index + 0.5) * step)} ${y(value)}`;
    else path += `M${round(index * step)} ${y(value)}H${round((index + 1) * step)}`;
  }
  return path;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
