import { createColors } from 'picocolors';
import { codeOf } from '../error-message.ts';
import { EXIT_OK } from '../exit-codes.ts';

/** Text styles; with colours off each returns its text as it is. */
export type Colours = ReturnType<typeof createColors>;

/** Where a command writes. Results go to `out`, everything else (notes, progress, mistakes) to `err`. */
export interface Terminal {
  out(text: string): void;
  /** Waits where the reader is slower than we are; for results that do not fit in memory. */
  outSlowly(data: string | Uint8Array): Promise<void>;
  err(text: string): void;
  /** Columns of the screen that `out` is; undefined if it is a file or a pipe, where nothing is cut. */
  readonly columns: number | undefined;
  /** Whether `err` is a screen, so that a progress bar makes sense. */
  readonly hasProgress: boolean;
  readonly colours: Colours;
  readonly errColours: Colours;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The process's own streams. Without a reader left (`throughline search | head`) the process ends, as programs do. */
export function processTerminal(environment: Environment = process.env): Terminal {
  const { stdout, stderr } = process;
  stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') process.exit(EXIT_OK);
    throw error;
  });
  return {
    out: (text) => void stdout.write(text),
    outSlowly: (data) =>
      new Promise((resolve, reject) => {
        stdout.write(data, (error) => (error ? reject(error) : resolve()));
      }),
    err: (text) => void stderr.write(text),
    columns: stdout.isTTY ? stdout.columns || 80 : undefined,
    hasProgress: stderr.isTTY && environment['TERM'] !== 'dumb',
    colours: createColors(wantsColour(environment, stdout.isTTY)),
    errColours: createColors(wantsColour(environment, stderr.isTTY)),
  };
}

/**
 * `NO_COLOR` (set and not empty, see no-color.org) turns colours off, `FORCE_COLOR` (not `0` or `false`) on; else they
 * are on where a person looks at a terminal that can show them. Always true or false: picocolors takes `undefined`, which
 * `isTTY` is without a terminal, for "decide yourself".
 */
export function wantsColour(environment: Environment, isTerminal: boolean | undefined): boolean {
  const { NO_COLOR: no, FORCE_COLOR: force, TERM: terminal } = environment;
  if (no !== undefined && no !== '') return false;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal === true && terminal !== 'dumb';
}
