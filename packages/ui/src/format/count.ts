const COUNT = new Intl.NumberFormat('en');

/** `12,345` */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `1 span`, `12,345 spans` */
export function countOf(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
