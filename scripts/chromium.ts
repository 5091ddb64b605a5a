import { findProgram, installDebianPackages } from './debian.ts';

/** The browser for browser tests: `THROUGHLINE_CHROMIUM`, or a Chromium on the path; undefined if there is none. */
export function findChromium(): string | undefined {
  const configured = process.env['THROUGHLINE_CHROMIUM'];
  if (configured !== undefined && configured !== '') return configured;
  return findProgram(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']);
}

/** Installs Debian's Chromium. Returns whether it worked. */
export function installChromium(): boolean {
  return installDebianPackages('chromium');
}
