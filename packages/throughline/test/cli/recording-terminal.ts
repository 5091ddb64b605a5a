import { createColors } from 'picocolors';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';

/** Keeps what a command writes. */
export function recordingTerminal(
  options: { readonly columns?: number; readonly colours?: boolean } = {},
): Terminal & { readonly text: { out: string; err: string } } {
  const text = { out: '', err: '' };
  const colours = createColors(options.colours === true);
  return {
    text,
    out: (written) => void (text.out += written),
    outSlowly: (data) => {
      text.out += typeof data === 'string' ? data : new TextDecoder().decode(data);
      return Promise.resolve();
    },
    err: (written) => void (text.err += written),
    columns: options.columns,
    hasProgress: false,
    colours,
    errColours: colours,
  };
}
