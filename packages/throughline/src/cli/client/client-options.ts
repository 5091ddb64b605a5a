import { CodedError, parseTenant } from '@throughline/model';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../error-message.ts';
import { durationOf } from './duration-option.ts';

export const DEFAULT_URL = 'http://127.0.0.1:16686';
const DEFAULT_TIMEOUT = '60s';
const NANO_PER_MS = 1_000_000n;
/** setTimeout takes no more: 2^31 - 1 ms. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** Options of every command that talks to a server. */
export interface ClientOptions {
  readonly url: string;
  readonly tenant?: string;
  readonly timeout: string;
}

export function addClientOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'the server').env('THROUGHLINE_URL').default(DEFAULT_URL))
    .addOption(new Option('--tenant <name>', 'whose data (sent as X-Scope-OrgID)').env('THROUGHLINE_TENANT'))
    .addOption(new Option('--timeout <duration>', 'longest wait for one answer').default(DEFAULT_TIMEOUT));
}

/** A server to talk to, checked. */
export interface Server {
  /** Without a slash at the end. */
  readonly url: string;
  /** With `X-Scope-OrgID` if a tenant was named. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** @throws CodedError `invalid_usage` */
export function serverOf(options: ClientOptions): Server {
  return {
    url: checkUrl('--url', options.url),
    headers: options.tenant === undefined ? {} : { 'X-Scope-OrgID': checkTenant(options.tenant) },
    timeoutMs: timeoutOf(options.timeout),
  };
}

/** @throws CodedError `invalid_usage` */
export function checkUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new CodedError('invalid_usage', `${option} takes a URL such as ${DEFAULT_URL}, not ${JSON.stringify(text)}`);
  }
  return text.replace(/\/+$/, '');
}

function checkTenant(tenant: string): string {
  try {
    return parseTenant(tenant);
  } catch (error) {
    throw new CodedError('invalid_usage', `--tenant: ${messageOf(error)}`);
  }
}

function timeoutOf(text: string): number {
  const nanos = durationOf('--timeout', text, '30s', NANO_PER_MS);
  return Math.min(Number(nanos / NANO_PER_MS), MAX_TIMEOUT_MS);
}

/** For commander: a whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      const bounds = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
      throw new InvalidArgumentError(`It must be a whole number, ${bounds}.`);
    }
    return value;
  };
}

/** For commander: a repeatable option as a list. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
