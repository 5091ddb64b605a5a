// The README's screenshots: the simulator's shop with its faults in a server of its own, at a fixed time. Writes
// docs/images/*.webp; `npm run screenshots -- map` writes only what is named so.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import { findChromium } from './chromium.ts';
import { root } from './run.ts';
import { buildWebAppIfStale } from './web-app-build.ts';

const FOLDER = join(root, 'docs/images');
const MAX_BYTES = 150 * 1024;
const QUALITY = 80;
const ARGS = ['--no-sandbox', '--disable-gpu'];

const START = new Date('2026-11-02T09:30:00Z');
const LENGTH_MS = 30 * 60_000;
const END = new Date(START.getTime() + LENGTH_MS);
/** The faults lie in the first five minutes: here they begin after ten, so that there is a before. */
const QUIET_MS = 10 * 60_000;
const WINDOW = `start_time=${START.getTime() / 1000}&end_time=${END.getTime() / 1000}`;

interface Shot {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  /** Goes where there is something to see and waits until it is there. */
  readonly show: (page: Page, url: string) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  {
    name: 'trace',
    theme: 'light',
    show: async (page, url) => {
      const query = encodeURIComponent(
        '{ resource.service.name = "bank" || (name = "POST /checkout" && duration > 400ms) }',
      );
      const answer = await (await fetch(`${url}/v1/traces?${WINDOW}&q=${query}&order=longest&limit=1`)).json();
      await page.goto(`${url}/trace/${answer.traces[0].trace_id}`);
      await page.getByTestId('span-row').nth(3).click();
      await page.getByTestId('span-details').waitFor();
    },
  },
  {
    name: 'search',
    theme: 'dark',
    show: async (page, url) => {
      await page.goto(`${url}/search?${WINDOW}`);
      await page.getByTestId('result').first().waitFor();
    },
  },
  {
    name: 'service',
    theme: 'light',
    show: async (page, url) => {
      await page.goto(`${url}/services/payment?${WINDOW}`);
      for (const part of ['operation-row', 'error-group', 'path-component', 'chart-durations']) {
        await page.getByTestId(part).first().waitFor();
      }
    },
  },
  {
    name: 'map',
    theme: 'dark',
    show: async (page, url) => {
      await page.goto(`${url}/map?${WINDOW}&node=${encodeURIComponent('service orders')}`);
      await page.getByTestId('map-canvas').waitFor();
    },
  },
];

const executablePath = findChromium();
if (executablePath === undefined) {
  console.error(
    'Screenshots need Chromium (Debian: "apt-get install chromium"), or THROUGHLINE_CHROMIUM with its path.',
  );
  process.exit(1);
}
const wanted = process.argv.slice(2);
const shots = SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const built = await buildWebAppIfStale();
if (built !== 0) process.exit(built);

await using server = await startThroughline(['--store', 'memory:']);
const url = server.listen['http'] ?? '';
await simulate(START, QUIET_MS, 'off', 2);
await simulate(new Date(START.getTime() + QUIET_MS), LENGTH_MS - QUIET_MS, 'scenario', 1);
const browser = await chromium.launch({ executablePath, args: ARGS });
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const shot of shots) await take(browser, shot);
} finally {
  await browser.close();
}

async function simulate(start: Date, lengthMs: number, faults: string, seed: number): Promise<void> {
  const args = [
    'simulate',
    'shop',
    '--endpoint',
    url,
    '--start',
    start.toISOString(),
    '--duration',
    `${lengthMs / 1000}s`,
  ];
  const fixed = ['--rate', '4', '--seed', String(seed), '--faults', faults, '--truth', 'off', '--no-progress'];
  const { code, stderr } = await runThroughline([...args, ...fixed]);
  if (code !== 0) throw new Error(stderr);
}

async function take(from: Browser, { name, theme, show }: Shot): Promise<void> {
  const context = await from.newContext({
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1.5,
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  // Ages are counted from the end of the data, so that the pictures do not grow older.
  await page.clock.setFixedTime(END);
  await show(page, url);
  await page.waitForLoadState('networkidle');
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const path = join(FOLDER, `${name}.webp`);
  writeFileSync(path, Buffer.from(data, 'base64'));
  const { size } = statSync(path);
  console.log(`${path}: ${Math.round(size / 1024)} KiB`);
  if (size > MAX_BYTES) throw new Error(`${name} is larger than ${MAX_BYTES / 1024} KiB`);
  await context.close();
}
