/*
 * Headers of a request in the forms that clients take, without those that propagation is about to write: a request that
 * is passed on often has the `traceparent` of the one before it, and of two the receiver takes none or the wrong one.
 */

/** Names and values in turn, or pairs of them; names in any case are left out, given in lower case. */
export function listWithout<T>(headers: readonly T[], names: ReadonlySet<string>): T[] {
  const kept: T[] = [];
  if (Array.isArray(headers[0])) {
    for (const pair of headers) if (!(Array.isArray(pair) && names.has(lowerCase(pair[0])))) kept.push(pair);
    return kept;
  }
  for (let i = 0; i < headers.length; i += 2) {
    if (!names.has(lowerCase(headers[i]))) kept.push(...headers.slice(i, i + 2));
  }
  return kept;
}

/** The lines of undici 5, each with its `\r\n`. */
export function linesWithout(lines: string, name: string): string {
  const kept = lines.split(/(?<=\r\n)/).filter((line) => line.slice(0, line.indexOf(':')).toLowerCase() !== name);
  return kept.join('');
}

/** Removes pairs of names and values in turn from the list itself, which is another's. */
export function removeFromList(headers: unknown[], name: string): void {
  for (let i = headers.length - (headers.length % 2) - 2; i >= 0; i -= 2) {
    if (lowerCase(headers[i]) === name) headers.splice(i, 2);
  }
}

export function recordWithout<T>(
  headers: Readonly<Record<string, T>> | undefined,
  names: ReadonlySet<string>,
): Record<string, T> {
  const kept: Record<string, T> = {};
  // Sensitive names of HTTP/2 are under a symbol.
  Object.assign(kept, headers);
  for (const name of Object.keys(kept)) if (names.has(name.toLowerCase())) delete kept[name];
  return kept;
}

function lowerCase(name: unknown): string {
  return typeof name === 'string' ? name.toLowerCase() : '';
}
