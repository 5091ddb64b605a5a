import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { BLANK, describeApp } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { documentProblems, type LoadRecord, overflowPx, watchLoad } from './page-audit.ts';

const KB = 1024;
const CHECKOUTS = encodeURIComponent('{ trace:rootName = "POST /checkout" }');
const WIDTHS = [1024, 768, 360];

describeApp('every page, as an auditor loads it', { shop: 'small' }, (app) => {
  async function checkouts(): Promise<readonly [string, string]> {
    const { traces } = await app.get(`/v1/traces?q=${CHECKOUTS}&limit=2`);
    return [traces[0].trace_id, traces[1].trace_id];
  }

  /** Each page: its address, and what is there when it has loaded. */
  const pages: readonly (readonly [string, () => Promise<string>, string])[] = [
    ['search', async () => '/search', 'facet'],
    ['a search', async () => `/search?q=${CHECKOUTS}`, 'facet'],
    ['trace', async () => `/trace/${(await checkouts())[0]}`, 'span-row'],
    ['services', async () => '/services', 'service-row'],
    ['service', async () => '/services/payment', 'path-component'],
    ['map', async () => '/map', 'map-node'],
    ['insights', async () => '/insights?against=within', 'error-group'],
    ['compare', async () => `/compare?a=${(await checkouts())[0]}&b=${(await checkouts())[1]}`, 'merged-tree'],
    ['sets', async () => `/compare?qa=${CHECKOUTS}&qb=${encodeURIComponent('{ status = error }')}`, 'set-results'],
    ['status', async () => '/status', 'status-facts'],
  ];

  test.each(pages)('%s', async (_name, address, shows) => {
    const path = await address();
    const page = await app.open(BLANK);
    const load = await watchLoad(page, app.url);
    await page.goto(app.url + path);
    await page.getByTestId(shows).first().waitFor();
    await settled(load);
    const problems = [...(await load.problems()), ...(await documentProblems(page))];
    for (const width of WIDTHS) {
      const tooWidePx = await overflowPx(page, width);
      if (tooWidePx > 0) problems.push(`at ${width} px the page is ${tooWidePx} px too wide`);
    }
    // At the width of a phone, as Lighthouse does.
    problems.push(...(await axeViolations(page, ['target-size'])));
    expect(problems).toEqual([]);
  });

  test('the first load is at most 200 KB of scripts, with a query too, and a trace adds 120 KB at most', async () => {
    const page = await app.open(BLANK);
    const load = await watchLoad(page, app.url);
    const release = await holdIdleCalls(page);
    await page.goto(`${app.url}/search?q=${CHECKOUTS}`);
    await page.getByTestId('facet').first().waitFor();
    await settled(load);
    const searchBytes = await load.scriptBytes();
    expect(searchBytes).toBeGreaterThan(50 * KB);
    expect(searchBytes).toBeLessThanOrEqual(200 * KB);

    await page.getByTestId('result').first().press('Enter');
    await page.getByTestId('span-row').first().waitFor();
    await settled(load);
    expect((await load.scriptBytes()) - searchBytes).toBeLessThanOrEqual(120 * KB);

    // The query stands in a plain field until the browser has nothing to do; then the editor comes.
    await page.goBack();
    const query = page.getByTestId('query');
    expect(await query.inputValue()).toBe(decodeURIComponent(CHECKOUTS));
    expect(await page.locator('.cm-editor').count()).toBe(0);
    await expect
      .poll(async () => {
        await release();
        return page.locator('.cm-editor').count();
      })
      .toBe(1);
    expect(await query.textContent()).toBe(decodeURIComponent(CHECKOUTS));
  });
});

/** Resolves when everything that was asked for has come. */
async function settled({ pendingCount }: LoadRecord): Promise<void> {
  await expect.poll(pendingCount).toBe(0);
}

/**
 * From the next load on the browser never seems to be idle: what is loaded all the same is the first load, and what
 * comes when the function that is returned lets the held calls go is not.
 */
async function holdIdleCalls(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const held = new Map<number, () => void>();
    let last = 0;
    window.requestIdleCallback = (call) => {
      held.set(++last, () => call({ didTimeout: false, timeRemaining: () => 50 }));
      return last;
    };
    window.cancelIdleCallback = (handle) => void held.delete(handle);
    window.__releaseIdleCalls = () => {
      const calls = [...held.values()];
      held.clear();
      for (const call of calls) call();
    };
  });
  return () => page.evaluate(() => window.__releaseIdleCalls?.());
}

declare global {
  interface Window {
    __releaseIdleCalls?: () => void;
  }
}
