/**
 * `NODE_OPTIONS` with more options before those it has, unless it has them. Node.js splits it at spaces; in double
 * quotes spaces are kept and `\` escapes.
 */
export function addNodeOptions(existing: string | undefined, options: readonly string[]): string {
  const added = options.map(quoted).join(' ');
  const kept = existing?.trim() ?? '';
  if (kept === '' || ` ${kept} `.includes(` ${added} `)) return kept || added;
  return `${added} ${kept}`;
}

function quoted(option: string): string {
  return /[\s"\\]/.test(option) ? `"${option.replaceAll(/["\\]/g, String.raw`\$&`)}"` : option;
}
