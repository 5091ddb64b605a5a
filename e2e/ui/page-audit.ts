import { gzipSync } from 'node:zlib';
import type { CDPSession, Page, Response } from 'playwright-core';

/** Lighthouse leaves smaller ones alone. */
const LEAST_COMPRESSED_BYTES = 1_400;
const TEXT_TYPES = /^(?:text\/|application\/javascript|image\/svg)/;

/** What a page did while it loaded. */
export interface LoadRecord {
  /** Requests that are under way. */
  readonly pendingCount: () => number;
  /** What speaks against the page, a line each; empty is good. */
  problems(): Promise<readonly string[]>;
  /** Compressed bytes of all scripts so far, those of workers too. */
  scriptBytes(): Promise<number>;
}

/**
 * Watches a page from before its first request on, for what Lighthouse reports whatever the machine: warnings and
 * errors in the console, issues (policy, deprecated interfaces, quirks), requests that fail or leave the origin, texts
 * that are not compressed, caching, `document.write`, and the layout moving while it loads.
 */
export async function watchLoad(page: Page, origin: string): Promise<LoadRecord> {
  const responses: Response[] = [];
  const problems: string[] = [];
  let pending = 0;
  page.on('request', () => pending++);
  page.on('requestfinished', () => pending--);
  page.on('requestfailed', () => pending--);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // A page that goes on takes back what it asked for.
    const reason = request.failure()?.errorText ?? '';
    if (reason !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => responses.push(response));
  const session = await page.context().newCDPSession(page);
  await watchIssues(session, problems);
  await page.addInitScript(watchLayoutAndWrites);
  return {
    pendingCount: () => pending,
    problems: async () => [
      ...problems,
      ...(await page.evaluate(() => window.__audit?.() ?? ['the page was not watched'])),
      ...responses.flatMap((response) => responseProblems(response, origin)),
    ],
    scriptBytes: async () => {
      const scripts = responses.filter((each) => new URL(each.url()).pathname.endsWith('.js'));
      const sizes = await Promise.all(scripts.map(async (each) => (await gzipBody(each)).byteLength));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
  };
}

/** The budgets are of gzip, which every browser takes; Chromium is sent something smaller. */
async function gzipBody(response: Response): Promise<Uint8Array> {
  return gzipSync(new Uint8Array(await response.body()));
}

async function watchIssues(session: CDPSession, problems: string[]): Promise<void> {
  session.on('Audits.issueAdded', ({ issue }) => {
    // Fields that no form sends need no name.
    if (issue.details.genericIssueDetails?.errorType === 'FormEmptyIdAndNameAttributesForInputError') return;
    problems.push(`${issue.code}: ${JSON.stringify(issue.details)}`);
  });
  await session.send('Audits.enable');
}

function responseProblems(response: Response, origin: string): readonly string[] {
  const url = new URL(response.url());
  const headers = response.headers();
  const problems: string[] = [];
  const say = (what: string): void => void problems.push(`${url.pathname}: ${what}`);
  if (url.origin !== origin) say(`comes from ${url.origin}`);
  if (response.status() >= 400) say(`status ${response.status()}`);
  const isApi = url.pathname.startsWith('/v1/');
  if (isApi) return problems;
  const caching = headers['cache-control'] ?? '';
  const expected = url.pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  if (caching !== expected) say(`cache-control is ${JSON.stringify(caching)}`);
  const type = headers['content-type'] ?? '';
  const bytes = Number(headers['content-length'] ?? Infinity);
  if (TEXT_TYPES.test(type) && bytes >= LEAST_COMPRESSED_BYTES && headers['content-encoding'] === undefined) {
    say('is not compressed');
  }
  if (!/;\s*charset=utf-8/i.test(type) && type.startsWith('text/')) say(`content-type is ${JSON.stringify(type)}`);
  if (headers['x-content-type-options'] !== 'nosniff') say('may be taken for another type');
  return problems;
}

/** Runs in the page before anything of it does. */
function watchLayoutAndWrites(): void {
  const writes: string[] = [];
  for (const name of ['write', 'writeln'] as const) {
    document[name] = () => void writes.push(`document.${name} was called`);
  }
  const shifts: { value: number; nodes: string }[] = [];
  const take = (entries: PerformanceEntryList): void => {
    for (const entry of entries as LayoutShift[]) {
      if (entry.hadRecentInput) continue;
      const nodes = entry.sources.map(
        ({ node, previousRect: from, currentRect: to }) =>
          `${from.x},${from.y} ${from.width}x${from.height} to ${to.x},${to.y} ${to.width}x${to.height}: ` +
          (node instanceof Element ? node.outerHTML.slice(0, 80) : ''),
      );
      shifts.push({ value: entry.value, nodes: nodes.join('\n    ') });
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  window.__audit = () => {
    take(observer.takeRecords());
    const sum = shifts.reduce((total, { value }) => total + value, 0);
    const where = shifts.map(({ value, nodes }) => `\n  ${value.toFixed(3)} ${nodes}`).join('');
    return sum <= 0.1 ? writes : [...writes, `the layout shifted by ${sum.toFixed(3)}${where}`];
  };
}

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

declare global {
  interface Window {
    __audit?: () => string[];
  }
}

/** What the document itself lacks. */
export async function documentProblems(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const has = (condition: boolean, what: string): void => void (condition || problems.push(what));
    const content = (name: string): string =>
      document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? '';
    has(document.compatMode === 'CSS1Compat', 'quirks mode');
    has(document.characterSet === 'UTF-8', `characters in ${document.characterSet}`);
    has(/^.+ · Throughline$/.test(document.title), `title ${JSON.stringify(document.title)}`);
    has(document.documentElement.lang === 'en', 'no language');
    has(content('viewport').includes('width=device-width'), 'no viewport');
    has(!/user-scalable|maximum-scale/.test(content('viewport')), 'the viewport forbids zooming');
    has(content('description').length >= 20, 'no description');
    has(document.querySelectorAll('h1').length === 1, `${document.querySelectorAll('h1').length} headings of level 1`);
    has(document.querySelector('main') !== null, 'no main landmark');
    for (const image of document.querySelectorAll('img, canvas, svg')) {
      const isHidden = image.closest('[aria-hidden=true]') !== null;
      // A role with a name around it speaks for it.
      const spoken = image.closest(
        '[aria-label], [aria-labelledby], [title], button, a, [role=img] [role=application]',
      );
      if (!isHidden && spoken === null) problems.push(`without a name: ${image.outerHTML.slice(0, 120)}`);
    }
    for (const link of document.querySelectorAll('a')) {
      if (!link.hasAttribute('href')) problems.push(`a link to nowhere: ${link.outerHTML.slice(0, 120)}`);
      const isSafe = link.target !== '_blank' || link.relList.contains('noopener') || link.origin === location.origin;
      if (!isSafe) problems.push(`a link that hands its page over: ${link.outerHTML.slice(0, 120)}`);
    }
    return problems;
  });
}

/** By how many CSS pixels the page, or what holds its content, is wider than the window. */
export async function overflowPx(page: Page, width: number): Promise<number> {
  await page.setViewportSize({ width, height: 800 });
  // Twice: observers of sizes answer within a frame, and what they change is laid out in the next.
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            const parts = [document.documentElement, document.body, document.getElementById('content')];
            resolve(Math.max(...parts.map((part) => (part === null ? 0 : part.scrollWidth - part.clientWidth))));
          }),
        );
      }),
  );
}
