import { CodedError } from '@throughline/model';
import { EXIT_FAILURE, EXIT_USAGE } from './exit-codes.ts';
import { printable } from './terminal/printable.ts';
import { codeOf } from './error-message.ts';

const USAGE_CODES: ReadonlySet<string> = new Set([
  'invalid_usage',
  'invalid_configuration',
  'invalid_query',
  'invalid_scenario',
  'unknown_scenario',
]);

/** What to tell about a failure of a command, and the exit code that goes with it. */
export interface ErrorReport {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * A failure as lines for a person. Mistakes that the server found in what was asked (status 400) are wrong usage, as
 * those found here are. `url` is the server that was asked, if any.
 */
export function reportError(error: CodedError, url: string | undefined): ErrorReport {
  if (error.code === 'unreachable') return { text: unreachable(error, url), exitCode: EXIT_FAILURE };
  const isUsage = USAGE_CODES.has(error.code) || httpStatusOf(error) === 400;
  return {
    text: `throughline: ${error.code}: ${lines(error.message)}${details(error)}\n`,
    exitCode: isUsage ? EXIT_USAGE : EXIT_FAILURE,
  };
}

function unreachable(error: CodedError, url: string | undefined): string {
  const cause = error.cause;
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return `throughline: unreachable: ${url ?? 'the server'} did not answer in time; --timeout allows more.\n`;
  }
  const reason = systemCode(cause);
  return (
    `throughline: unreachable: ${lines(error.message)}${reason === undefined ? '' : ` (${reason})`}.\n` +
    'Start a server with "throughline up" (in the repository "npm start"), or name another one with --url or ' +
    'THROUGHLINE_URL.\n'
  );
}

/** `ECONNREFUSED` and the like; fetch hides it in causes, one for each address it tried. */
function systemCode(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    const code = codeOf(error);
    if (code !== undefined) return code;
    if (error instanceof AggregateError && error.errors[0] instanceof Error) error.cause ??= error.errors[0];
  }
  return undefined;
}

function httpStatusOf(error: CodedError): number | undefined {
  return 'httpStatus' in error && typeof error.httpStatus === 'number' ? error.httpStatus : undefined;
}

/** What the server says about a parameter, without loading its client here. */
function details(error: CodedError): string {
  if (!('details' in error) || typeof error.details !== 'object' || error.details === null) return '';
  const { suggestion } = error.details as { readonly suggestion?: unknown }; // Of any type until checked below.
  if (typeof suggestion !== 'string' || error.message.includes(suggestion)) return '';
  return `\nDid you mean ${printable(suggestion)}?`;
}

function lines(message: string): string {
  return message
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}
