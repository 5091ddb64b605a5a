import type { Terminal } from './terminal/terminal.ts';

/** What a command gets beside its arguments. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** The clock of this machine. */
  readonly nowUnixNano: () => bigint;
  /** Sets the exit code of a command that ends without an error. */
  readonly finish: (exitCode: number) => void;
}
