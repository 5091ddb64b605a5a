import { readFileSync } from 'node:fs';
import type { Span } from '@throughline/model';
import { encodeOtlpProtobuf } from '@throughline/wire';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { runThroughline, startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { executablePath, workerBrowser } from '../worker-browser.ts';

if (executablePath === undefined) {
  console.warn(
    'Browser tests are skipped: install Chromium (Debian: "apt-get install chromium-headless-shell") or set THROUGHLINE_CHROMIUM.',
  );
}

/** Traces of two benchmarks, at the time they were recorded. */
export const RECORDED: readonly { readonly name: string; readonly file: string; readonly window: string }[] = [
  {
    name: 'Train Ticket',
    file: 'train-ticket.otlp.jsonl.gz',
    window: 'start_time=1674980000&end_time=1674990000',
  },
  {
    name: 'the social network',
    file: 'social-network.jaeger.json.gz',
    window: 'start_time=1695940000&end_time=1695950000',
  },
];

/** A page that nothing has been loaded into yet: to watch what will be. */
export const BLANK = 'about:blank';

export type ColourScheme = 'light' | 'dark';
export const COLOUR_SCHEMES: readonly ColourScheme[] = ['light', 'dark'];

export interface FillOptions {
  /**
   * Five minutes of the simulator's shop, some 1,900 traces that end now, always the same: a slow database in the
   * second minute, and in the fourth a deployment of `payment` (version 5.1.0) that is slow and fails. `small` has a
   * sixth of the traces, where it does not matter what they are.
   */
  readonly shop?: boolean | 'small';
  /** What {@link RECORDED} lists. */
  readonly recorded?: boolean;
}

export interface OpenOptions {
  readonly theme?: ColourScheme;
  /** CSS pixels; 1280 x 800 by default. */
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** The product with its web app, which serves all tests of a `describeApp`, and a browser to use it with. */
export interface AppUnderTest {
  /** Of the server, without a slash at the end. */
  readonly url: string;
  /** A page of its own: storage, theme and history are shared with no other. Closed at the end of the test. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  /** An answer of the API, to compare a screen with. */
  get(path: string): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- tests read answers as plain data
  send(spans: readonly Span[]): Promise<void>;
  /** What a canvas of the page drew last (`reportDrawn` of the web app), once it has drawn something. */
  drawn(page: Page, view: string): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- plain data
  /** What the app says when its server is gone is tested too; at the end of a suite it is stopped anyway. */
  stopServer(): Promise<void>;
  /** Errors of the pages' consoles so far; reading them forgives them. Those left at a test's end fail it. */
  takeProblems(): readonly string[];
}

/** For `expect.poll`: the machine may be busy. */
export const PATIENT = { timeout: 15_000 };

/** A window around the shop's five minutes, as a query. */
export function shopWindow(): string {
  const end = Math.floor(Date.now() / 1000);
  return `start_time=${end - 420}&end_time=${end}`;
}

/** A suite over a running product that holds what `fill` says; skipped where there is no browser. */
export function describeApp(name: string, fill: FillOptions, body: (app: AppUnderTest) => void): void {
  // oxlint-disable-next-line vitest/valid-title -- it is the caller's string
  // Continuous integration shares its processors with others, and a browser minds.
  const retry = process.env['CI'] === undefined ? 0 : 2;
  // oxlint-disable-next-line vitest/valid-title -- It is a string.
  describe.skipIf(executablePath === undefined)(name, { retry }, () => {
    let server: ThroughlineProcess | undefined;
    let browser: Browser | undefined;
    let contexts: BrowserContext[] = [];
    let problems: string[] = [];

    const app: AppUnderTest = {
      get url() {
        return server?.listen['http'] ?? '';
      },
      open: async (path, { theme = 'light', width = 1280, height = 800, reducedMotion = 'reduce' } = {}) => {
        if (browser === undefined) throw new Error('the browser has not started');
        const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion });
        contexts.push(context);
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') problems.push(message.text());
        });
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(path === BLANK ? path : app.url + path);
        return page;
      },
      get: async (path) => (await fetch(app.url + path)).json(),
      send: async (spans) => {
        const response = await fetch(`${app.url}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body: new Uint8Array(encodeOtlpProtobuf(spans)),
        });
        expect(response.status).toBe(200);
      },
      drawn: async (page, view) => {
        await page.waitForFunction((key) => window.__throughline?.[key] !== undefined, view);
        return page.evaluate((key) => window.__throughline?.[key]?.(), view);
      },
      stopServer: async () => {
        await server?.stop();
      },
      takeProblems: () => problems.splice(0),
    };

    beforeAll(async () => {
      [server, browser] = await Promise.all([startThroughline(['--store', 'memory:']), workerBrowser()]);
      await Promise.all([
        ...(fill.recorded === true ? RECORDED : []).map(({ file }) =>
          importFile(app.url, new URL(`recorded/${file}`, import.meta.url)),
        ),
        fill.shop !== undefined &&
          fill.shop !== false &&
          succeed(['simulate', 'shop', '--endpoint', app.url, ...shopArguments(fill.shop === 'small' ? 1 : 6)]),
      ]);
    });
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
      expect(app.takeProblems()).toEqual([]);
    });
    afterAll(async () => {
      await server?.stop();
    });
    body(app);
  });
}

declare global {
  interface Window {
    __throughline?: Record<string, () => unknown>;
  }
}

function shopArguments(requestsPerSecond: number): readonly string[] {
  const lengthMs = 5 * 60_000;
  const start = new Date(Date.now() - lengthMs - 10_000).toISOString();
  return [
    '--seed',
    '1',
    '--rate',
    String(requestsPerSecond),
    '--start',
    start,
    '--truth',
    'off',
    '--no-progress',
    '--slowest',
    '0',
  ];
}

async function importFile(url: string, file: URL): Promise<void> {
  const response = await fetch(`${url}/v1/import`, { method: 'POST', body: new Uint8Array(readFileSync(file)) });
  expect(response.status).toBe(200);
}

async function succeed(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runThroughline(args);
  if (code !== 0) throw new Error(`throughline ${args.join(' ')}: exit code ${String(code)}\n${stderr}`);
}
