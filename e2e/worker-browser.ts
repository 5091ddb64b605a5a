import { type Browser, chromium } from 'playwright-core';
import { findTestBrowser } from '../scripts/chromium.ts';

/** The Chromium of browser tests; undefined if there is none. */
export const executablePath: string | undefined = findTestBrowser();

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

let launched: Promise<Browser> | undefined;

/**
 * One browser for all files of a worker: contexts keep their pages apart, and a start takes a second. Nobody closes it;
 * it ends with the worker.
 */
export async function workerBrowser(): Promise<Browser> {
  const running = await launched;
  if (running?.isConnected() === true) return running;
  launched = chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ARGS });
  return launched;
}
