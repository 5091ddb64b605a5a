import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page, type Response } from 'playwright-core';
import { startThroughline } from 'throughline/testing/throughline-process';
import { findChromium } from '../../../scripts/chromium.ts';
import { type Benchmark, type Figure, quantile } from '../bench.ts';
import { untilAtRest } from '../process-stats.ts';
import { benchFolder } from '../request-file.ts';
import { type FrameWork, frameWork, type TraceEvent } from './frame-work.ts';
import { sendSimulatedTrace } from './simulated-trace.ts';

const VIEWPORT = { width: 1600, height: 900 };
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-precise-memory-info'];
/** Steps of a gesture, one a frame. */
const STEPS = 180;
/** Ten rows: a hard flick of a wheel. */
const SCROLL_PX = 240;
/** Nearly all of the screen: a scroll bar that is dragged. */
const FLY_PX = 700;
const TIMEOUT_MS = 180_000;

interface Budgets {
  readonly interactiveMs: number;
  readonly frameMs: number;
  readonly heapMb?: number;
}

const TRACES: readonly { readonly scenario: string; readonly budgets: Budgets }[] = [
  { scenario: 'batch-100k', budgets: { interactiveMs: 1_500, frameMs: 10, heapMb: 300 } },
  { scenario: 'batch-1m', budgets: { interactiveMs: 8_000, frameMs: 20 } },
];
const MAX_MISSED = 0.05;

/** The web app with large traces, in a real browser without a screen. `THROUGHLINE_BENCH_ONLY` chooses traces by name. */
export const ui: Benchmark = {
  name: 'ui',
  what: 'the web app in Chromium: code size, opening, scrolling and zooming traces of 100,000 and 1,000,000 spans',
  quick: false,
  run: async (log) => {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('no Chromium: install it, or set THROUGHLINE_CHROMIUM');
    const dist = fileURLToPath(new URL('../../../packages/ui/dist', import.meta.url));
    if (!existsSync(join(dist, 'index.html')))
      throw new Error('the web app is not built: npm run build --workspace=packages/ui');
    const only = new RegExp(process.env['THROUGHLINE_BENCH_ONLY'] ?? '');
    // The server knows all variables of its own prefix, and this is none of them.
    delete process.env['THROUGHLINE_BENCH_ONLY'];
    mkdirSync(benchFolder, { recursive: true });
    const dataDir = mkdtempSync(join(benchFolder, 'ui-'));
    const browser = await chromium.launch({ executablePath, args: ARGS });
    const figures: Figure[] = [];
    try {
      await using server = await startThroughline(['--data-dir', dataDir]);
      const url = server.listen['http'] ?? '';
      for (const [seed, { scenario, budgets }] of TRACES.entries()) {
        if (!only.test(scenario)) continue;
        log(`  simulating ${scenario}`);
        const { traceId, spanCount } = await sendSimulatedTrace(scenario, url, seed);
        // A trace is opened where it is stored, not while it is.
        await untilAtRest(server.pid);
        log(`  opening its ${spanCount.toLocaleString('en')} spans`);
        const measured = await measureTrace(browser, url, traceId);
        if (figures.length === 0) figures.push(...sizeFigures(measured, workerBytes(dist)));
        figures.push(...traceFigures(scenario, measured, budgets));
      }
    } finally {
      await browser.close();
      rmSync(dataDir, { recursive: true, force: true });
    }
    return figures;
  },
};

interface Measured {
  readonly firstLoadBytes: number;
  readonly tracePageBytes: number;
  readonly interactiveMs: number;
  /** Until the attributes and events of all spans are there too. */
  readonly completeMs: number;
  readonly heapMb: number;
  readonly scroll: FrameWork;
  readonly fly: FrameWork;
  readonly zoom: FrameWork;
  readonly flameZoom: FrameWork;
}

async function measureTrace(browser: Browser, url: string, traceId: string): Promise<Measured> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    const scripts: Promise<LoadedScript>[] = [];
    page.on('response', (response) => {
      if (response.ok() && new URL(response.url()).pathname.endsWith('.js')) scripts.push(loadedScript(response));
    });
    await page.goto(`${url}/search`);
    await page.getByTestId('trace-lookup').waitFor();
    await page.waitForLoadState('networkidle');
    const first = await Promise.all(scripts);
    scripts.length = 0;

    const interactiveMs = await openTrace(page, traceId);
    const completeMs = await untilComplete(page);
    await page.waitForLoadState('networkidle');
    const added = await Promise.all(scripts);

    // The look-up field has the keys so far. Every span gets a row of its own: that is the most there is to scroll.
    await page.getByTestId('waterfall').focus();
    await page.keyboard.press('G');
    await settle(page);
    const scroll = await duringGesture(browser, page, () => page.mouse.wheel(0, SCROLL_PX));
    const fly = await duringGesture(browser, page, () => page.mouse.wheel(0, FLY_PX));
    const zoom = await duringZoom(browser, page);
    await page.keyboard.press('2');
    await page.getByTestId('flame-graph').locator('canvas').last().waitFor();
    await settle(page);
    const flameZoom = await duringZoom(browser, page);
    const heapMb = await heapUsedMb(page);
    const bytes = (list: readonly LoadedScript[]): number => list.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    return {
      firstLoadBytes: bytes(first),
      tracePageBytes: bytes(added),
      interactiveMs,
      completeMs,
      heapMb,
      scroll,
      fly,
      zoom,
      flameZoom,
    };
  } finally {
    await context.close();
  }
}

interface LoadedScript {
  readonly gzipBytes: number;
}

/** Those of the page; its worker's code is not among its responses. */
async function loadedScript(response: Response): Promise<LoadedScript> {
  return { gzipBytes: gzipSync(await response.body(), { level: 9 }).length };
}

/** What the trace page's worker loads, which is one file. */
function workerBytes(dist: string): number {
  const name = readdirSync(join(dist, 'assets')).find((file) => /^trace-worker.*\.js$/.test(file));
  return name === undefined ? Number.NaN : gzipSync(readFileSync(join(dist, 'assets', name)), { level: 9 }).length;
}

/**
 * From pressing Enter in the look-up field to the first frame after the waterfall was drawn in which the page has
 * time for input.
 */
async function openTrace(page: Page, traceId: string): Promise<number> {
  await page.getByTestId('trace-lookup').fill(traceId);
  // Tests and benchmarks see what the canvases drew under this name.
  await page.evaluate(() => {
    const probe = window as unknown as { openedAt?: number; interactiveMs?: number };
    const drawn = window as unknown as { __throughline?: Record<string, () => { bars?: readonly unknown[] }> };
    window.addEventListener('keydown', () => (probe.openedAt = performance.now()), { capture: true, once: true });
    const look = (): void => {
      const bars = drawn.__throughline?.['waterfall']?.().bars?.length ?? 0;
      if (bars === 0 || probe.openedAt === undefined) {
        requestAnimationFrame(look);
        return;
      }
      const { openedAt } = probe;
      requestAnimationFrame(() => setTimeout(() => (probe.interactiveMs = performance.now() - openedAt)));
    };
    requestAnimationFrame(look);
  });
  await page.keyboard.press('Enter');
  const handle = await page.waitForFunction(
    () => (window as unknown as { interactiveMs?: number }).interactiveMs,
    undefined,
    { timeout: TIMEOUT_MS },
  );
  return (await handle.jsonValue()) ?? Number.NaN;
}

/** From the same key to the end of the trace's answer. */
async function untilComplete(page: Page): Promise<number> {
  const handle = await page.waitForFunction(
    () => {
      const { openedAt = 0 } = window as unknown as { openedAt?: number };
      const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('format=columns'));
      const ends = answers.map((entry) => (entry as PerformanceResourceTiming).responseEnd);
      return ends.length === 0 ? undefined : Math.max(...ends) - openedAt;
    },
    undefined,
    { timeout: TIMEOUT_MS },
  );
  return (await handle.jsonValue()) ?? Number.NaN;
}

/** Until the page and its worker have nothing to do for a while. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let quietFrames = 0;
        let last = performance.now();
        const look = (): void => {
          const now = performance.now();
          quietFrames = now - last < 34 ? quietFrames + 1 : 0;
          last = now;
          if (quietFrames >= 30) resolve();
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        // On a machine that is never quiet the measurement begins anyway.
        setTimeout(resolve, 10_000);
      }),
  );
}

async function duringZoom(browser: Browser, page: Page): Promise<FrameWork> {
  await page.keyboard.down('Control');
  let step = 0;
  // In for a third of the way, then out and in again.
  const work = await duringGesture(browser, page, () => page.mouse.wheel(0, step++ % 60 < 30 ? -60 : 60));
  await page.keyboard.up('Control');
  return work;
}

/** Records the browser's own trace of the main thread while a gesture is made, one step a frame. */
async function duringGesture(browser: Browser, page: Page, step: () => Promise<void>): Promise<FrameWork> {
  await page.mouse.move(VIEWPORT.width * 0.7, VIEWPORT.height * 0.75);
  await page.evaluate(() => {
    const keep = window as unknown as { keepFrames?: boolean };
    keep.keepFrames = true;
    const again = (): void => void (keep.keepFrames === true && requestAnimationFrame(again));
    requestAnimationFrame(again);
  });
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  const frameMs = 1000 / 60;
  const began = performance.now();
  for (let index = 0; index < STEPS; index++) {
    await step();
    const due = began + (index + 1) * frameMs - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
  }
  const trace: { traceEvents: readonly TraceEvent[] } = JSON.parse((await browser.stopTracing()).toString('utf8'));
  await page.evaluate(() => {
    (window as unknown as { keepFrames?: boolean }).keepFrames = false;
  });
  return frameWork(trace.traceEvents);
}

/** Objects and array buffers of the page, after a collection; the worker's copy of the columns not included. */
async function heapUsedMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const usage = await session.send('Runtime.getHeapUsage');
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}

function sizeFigures({ firstLoadBytes, tracePageBytes }: Measured, ofWorker: number): readonly Figure[] {
  return [
    atMost('first load, JavaScript, gzip', firstLoadBytes / 1000, 'kB', 200),
    atMost('trace page adds, JavaScript, gzip', tracePageBytes / 1000, 'kB', 120),
    { name: 'its worker, JavaScript, gzip', value: ofWorker / 1000, unit: 'kB' },
  ];
}

function traceFigures(
  name: string,
  measured: Measured,
  { interactiveMs, frameMs, heapMb }: Budgets,
): readonly Figure[] {
  const gestures = [
    [`scrolling ${SCROLL_PX} px a frame`, measured.scroll],
    [`scrolling ${FLY_PX} px a frame`, measured.fly],
    ['zooming', measured.zoom],
    ['zooming the flame graph', measured.flameZoom],
  ] as const;
  return [
    atMost(`${name}, interactive after the click`, measured.interactiveMs, 'ms', interactiveMs),
    { name: `${name}, all attributes there after the click`, value: measured.completeMs, unit: 'ms' },
    ...gestures.flatMap(([gesture, { workMs, missedShare }]) => [
      atMost(`${name}, ${gesture}, work a frame, p95`, quantile(workMs, 0.95), 'ms', frameMs),
      atMost(`${name}, ${gesture}, frames missed`, missedShare * 100, '%', MAX_MISSED * 100),
    ]),
    heapMb === undefined
      ? { name: `${name}, heap of the page`, value: measured.heapMb, unit: 'MB' }
      : atMost(`${name}, heap of the page`, measured.heapMb, 'MB', heapMb),
  ];
}

function atMost(name: string, value: number, unit: string, budget: number): Figure {
  return { name, value, unit, budget: `<= ${budget.toLocaleString('en')}`, met: value <= budget };
}
