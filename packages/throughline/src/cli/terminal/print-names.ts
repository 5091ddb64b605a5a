import { printable } from './printable.ts';
import { serviceColour } from './service-colour.ts';
import type { Terminal } from './terminal.ts';

/** A list of names, one a line or as a JSON array. */
export function printNames(
  terminal: Terminal,
  names: readonly string[],
  options: { readonly json: boolean; readonly areServices: boolean; readonly what: string },
): void {
  if (options.json) {
    terminal.out(`${JSON.stringify(names)}\n`);
    return;
  }
  if (names.length === 0) terminal.err(`There are no ${printable(options.what)}.\n`);
  for (const name of names) {
    const text = printable(name);
    terminal.out(`${options.areServices ? serviceColour(terminal.colours, name)(text) : text}\n`);
  }
}
