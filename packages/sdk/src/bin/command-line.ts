import { parseArgs } from 'node:util';

import { suggestion } from '../config/config-error.ts';
import { UsageError } from './usage-error.ts';

/** A flag of a command, as its help and shell completions show it. */
export interface CommandOption {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for its value; undefined for a flag without one. */
  readonly value?: string;
  readonly description: string;
}

/** Where a command writes. */
export interface CommandOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The name that the program was called by, for help texts and errors. */
  readonly program: string;
}

export interface ParsedCommandLine {
  /** By name; flags without a value are ''. */
  readonly values: ReadonlyMap<string, string>;
  /** From the first word that is no flag, or what follows `--`. */
  readonly rest: readonly string[];
}

/**
 * Reads the flags (`-h` is `--help`) before the first other word or `--`; what follows belongs to the program that is to be run and is not
 * looked at. A flag that is given twice counts as given the last time.
 *
 * @throws UsageError for an unknown flag (with the nearest known one) and for a missing or needless value
 */
export function parseCommandLine(args: readonly string[], options: readonly CommandOption[]): ParsedCommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      options.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') return { values, rest: args.slice(token.index) };
    if (token.kind === 'option-terminator') return { values, rest: args.slice(token.index + 1) };
    const name = token.rawName === '-h' ? 'help' : token.rawName.replace(/^--/, '');
    const option = options.find((each) => each.name === name);
    if (option === undefined) throw unknownFlag(token.rawName, options);
    if (option.value === undefined && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value`);
    }
    if (option.value !== undefined && (token.value === undefined || isForgotten(token))) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    }
    values.set(option.name, token.value ?? '');
  }
  return { values, rest: [] };
}

/** `--service-name --sampler x`: the next flag is hardly a value; `--service-name=--x` is. */
function isForgotten(token: {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}): boolean {
  return token.inlineValue !== true && (token.value === '' || token.value?.startsWith('-') === true);
}

function unknownFlag(flag: string, options: readonly CommandOption[]): UsageError {
  return new UsageError(
    `there is no flag ${flag}${suggestion(
      flag,
      options.map(({ name }) => `--${name}`),
    )}`,
  );
}

/** The flags as lines of a help text. */
export function optionsHelp(options: readonly CommandOption[]): string {
  const lines = options.map(({ name, value, description }) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    description,
  }));
  const width = Math.max(...lines.map(({ left }) => left.length)) + 2;
  return lines.map(({ left, description }) => `${left.padEnd(width)}${description}\n`).join('');
}
