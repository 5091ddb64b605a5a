/** Exit codes of every command: 0 done, 1 failed (also: not found, or not all of it done), 2 wrong usage. */
export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
