import { CodedError, formatInstant, isTooLongDuration, parseDuration, parseInstant } from '@throughline/model';
import { type Command, Option } from 'commander';
import { durationOf } from './duration-option.ts';

export interface WindowOptions {
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Half-open; an absent end is open. */
export interface Window {
  readonly fromUnixNano: bigint | undefined;
  readonly toUnixNano: bigint | undefined;
  /** How the start was given, if it was given as a look-back. */
  readonly since: string | undefined;
}

export function addWindowOptions(command: Command): Command {
  return command
    .addOption(new Option('--since <duration>', 'how far back from now, e.g. 15m, 1h, 7d').conflicts(['from']))
    .option('--from <time>', 'start: ISO 8601 (local time without a zone), epoch seconds, or a duration ago')
    .option('--to <time>', 'end, written like --from');
}

/**
 * The window that the options name, from the clock of this machine.
 *
 * @throws CodedError `invalid_usage`
 */
export function windowOf(options: WindowOptions, nowUnixNano: bigint): Window {
  const toUnixNano = options.to === undefined ? undefined : instantOf('--to', options.to, nowUnixNano);
  let fromUnixNano = options.from === undefined ? undefined : instantOf('--from', options.from, nowUnixNano);
  if (options.since !== undefined) {
    const since = durationOf('--since', options.since, '15m, 1h or 7d');
    const start = (toUnixNano ?? nowUnixNano) - since;
    fromUnixNano = start > 0n ? start : 0n;
  }
  if (fromUnixNano !== undefined && toUnixNano !== undefined && fromUnixNano >= toUnixNano) {
    throw new CodedError('invalid_usage', '--to must be later than --from');
  }
  return { fromUnixNano, toUnixNano, since: options.since };
}

/**
 * The window as the API's parameters, exact to the nanosecond. A look-back goes as it is: the server counts it from its
 * own clock, and knows that the next page means the same window.
 */
export function windowParameters(window: Window): {
  readonly since: string | undefined;
  readonly start_time: string | undefined;
  readonly end_time: string | undefined;
} {
  return {
    since: window.since,
    start_time: window.since === undefined ? instantText(window.fromUnixNano) : undefined,
    end_time: instantText(window.toUnixNano),
  };
}

function instantText(instant: bigint | undefined): string | undefined {
  return instant === undefined ? undefined : formatInstant(instant);
}

const EPOCH_SECONDS = /^\d{1,11}(?:\.\d{1,30})?$/;
const HAS_ZONE = /(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$/;
const NANO_PER_SECOND = 1_000_000_000n;
const NANO_PER_MINUTE = 60n * NANO_PER_SECOND;

function instantOf(option: string, text: string, nowUnixNano: bigint): bigint {
  if (text === 'now') return nowUnixNano;
  if (EPOCH_SECONDS.test(text)) {
    const [whole = '', fraction = ''] = text.split('.');
    return BigInt(whole) * NANO_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  }
  const ago = isTooLongDuration(text) ? durationOf(option, text, '2h') : parseDuration(text);
  if (ago !== undefined) return nowUnixNano > ago ? nowUnixNano - ago : 0n;
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw invalid(option, text, 'a time such as 2026-01-31T08:30, 1769848200 or 2h (ago)');
  }
  // A date alone ends in two digits after a dash, which is no zone.
  if (text.length > 10 && HAS_ZONE.test(text)) return instant;
  return fromLocal(instant);
}

/** What `unixNano` shows in UTC, read as local time, so that times can be copied from what the commands print. */
function fromLocal(unixNano: bigint): bigint {
  const utc = new Date(Number(unixNano / 1_000_000n));
  const local = new Date(
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
  );
  const instant = unixNano + BigInt(local.getTimezoneOffset()) * NANO_PER_MINUTE;
  return instant > 0n ? instant : 0n;
}

function invalid(option: string, text: string, expected: string): CodedError {
  return new CodedError('invalid_usage', `${option} takes ${expected}, not ${JSON.stringify(text)}`);
}
