import { CodedError } from '@throughline/model';

/** Exit codes: 0 done, 1 failed or findings, 2 wrong usage; a program that was run passes on its own. */
export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;

/** A command line that cannot be meant: code `invalid_usage`. */
export class UsageError extends CodedError {
  constructor(message: string) {
    super('invalid_usage', message);
    this.name = 'UsageError';
  }
}
