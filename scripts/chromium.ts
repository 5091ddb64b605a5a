import { findProgram, installDebianPackages } from './debian.ts';

/** Debian's name of Chromium without windows: the same engine, and a page of it takes a third of the time. */
const HEADLESS_SHELL = 'chromium-headless-shell';

/** A browser: `THROUGHLINE_CHROMIUM`, or a Chromium on the path; undefined if there is none. */
export function findChromium(): string | undefined {
  return configured() ?? findProgram(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']);
}

/** The browser for browser tests: the headless shell if it is there. */
export function findTestBrowser(): string | undefined {
  return configured() ?? findProgram([HEADLESS_SHELL]) ?? findChromium();
}

/** Whether browser tests would be cheaper with {@link installTestBrowser}. */
export function lacksTestBrowser(): boolean {
  return configured() === undefined && findProgram([HEADLESS_SHELL]) === undefined;
}

/** Installs Debian's headless shell, or where Debian has none, and no browser is there, its Chromium. Returns whether it worked. */
export function installTestBrowser(): boolean {
  return installDebianPackages(HEADLESS_SHELL) || findChromium() !== undefined || installDebianPackages('chromium');
}

function configured(): string | undefined {
  const path = process.env['THROUGHLINE_CHROMIUM'];
  return path === '' ? undefined : path;
}
