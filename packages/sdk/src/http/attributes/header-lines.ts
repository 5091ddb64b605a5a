/** The values of a header in `name: value` lines; several are a list, as Node gives them. */
export function headerInLines(lines: string, name: string): string | string[] | undefined {
  const values: string[] = [];
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0 && line.slice(0, colon).toLowerCase() === name) values.push(line.slice(colon + 1).trim());
  }
  return values.length > 1 ? values : values[0];
}
