import { shown } from './checks.ts';
import { suggestion } from './config-error.ts';
import { MAX_TIMER_MS } from '../helpers/max-timer.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Typed reading of environment variables by OpenTelemetry's rules: empty is unset, spaces around are cut, enumerations
 * are compared in any case, what cannot be read is reported once and counts as unset.
 */
export interface EnvironmentReader {
  readonly text: (name: string) => string | undefined;
  /** Only `true` in any case is true. */
  readonly flag: (name: string) => boolean | undefined;
  /** A whole number of at least `least`. */
  readonly count: (name: string, least?: number) => number | undefined;
  /** Milliseconds to wait, at least `least`; what is longer than a timer can wait is shortened to that. */
  readonly durationMs: (name: string, least?: number) => number | undefined;
  /** A decimal number from 0 to 1. */
  readonly part: (name: string) => number | undefined;
  readonly choice: <T extends string>(name: string, values: readonly T[]) => T | undefined;
  /** Known entries of a comma-separated list, each once; unknown ones are reported. */
  readonly choices: <T extends string>(name: string, values: readonly T[]) => readonly T[] | undefined;
  /** `key=value` pairs, values percent-encoded; a pair that cannot be read is left out. Values are never reported. */
  readonly headers: (name: string) => Readonly<Record<string, string>> | undefined;
}

const MAX_COUNT = 2 ** 53 - 1;

export function environmentReader(environment: Environment, warn: (message: string) => void): EnvironmentReader {
  const text = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const known = <T extends string>(name: string, word: string, values: readonly T[]): T | undefined => {
    const found = values.find((value) => value.toLowerCase() === word.toLowerCase());
    if (found === undefined) warn(`${name}: ${shown(word)} is ignored${suggestion(word, values)}`);
    return found;
  };
  const count = (name: string, least = 0): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const number = /^\+?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= MAX_COUNT) return number;
    warn(`${name}: ${shown(value)} is ignored; it must be a whole number, at least ${least}`);
    return undefined;
  };
  return {
    text,
    flag: (name) => {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      if (value !== 'true' && value !== 'false')
        warn(`${name}: ${shown(value)} is neither true nor false and counts as false`);
      return value === 'true';
    },
    count,
    durationMs: (name, least = 0) => {
      const durationMs = count(name, least);
      if (durationMs === undefined || durationMs <= MAX_TIMER_MS) return durationMs;
      warn(`${name}: ${durationMs} is longer than a timer can wait; ${MAX_TIMER_MS} ms are used`);
      return MAX_TIMER_MS;
    },
    part: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (number >= 0 && number <= 1) return number;
      warn(`${name}: ${shown(value)} is ignored; it must be a number from 0 to 1`);
      return undefined;
    },
    choice: (name, values) => {
      const value = text(name);
      return value === undefined ? undefined : known(name, value, values);
    },
    choices: (name, values) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const words = value.split(',').map((word) => word.trim());
      const found = words.filter((word) => word !== '').map((word) => known(name, word, values));
      return [...new Set(found.filter((word) => word !== undefined))];
    },
    headers: (name) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const headers: Record<string, string> = {};
      for (const [index, pair] of value.split(',').entries()) {
        if (pair.trim() === '') continue;
        const read = readHeader(pair);
        if (read === undefined) warn(`${name}: entry ${index + 1} is ignored; it must be key=value, percent-encoded`);
        else headers[read[0]] = read[1];
      }
      return headers;
    },
  };
}

/** One `key=value` of a header list. A key is an HTTP token; a value holds no control characters. */
export function readHeader(pair: string): readonly [string, string] | undefined {
  const equals = pair.indexOf('=');
  const key = pair.slice(0, Math.max(equals, 0)).trim();
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(key) || key === '__proto__') return undefined;
  try {
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    return /[\u0000-\u001f\u007f]/.test(value) ? undefined : [key, value];
  } catch {
    return undefined;
  }
}
