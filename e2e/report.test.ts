import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeOtlpProtobuf } from '@throughline/wire';
import type { Browser } from 'playwright-core';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import { troubledShop } from 'throughline/testing/troubled-shop';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executablePath, workerBrowser } from './worker-browser.ts';

if (executablePath === undefined) {
  console.warn(
    'The report is not opened in a browser: install Chromium (Debian: "apt-get install chromium-headless-shell") or set THROUGHLINE_CHROMIUM.',
  );
}

const folder = mkdtempSync(join(tmpdir(), 'throughline-report-'));
const path = join(folder, 'report.html');

describe.skipIf(executablePath === undefined)('the report in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    await using server = await startThroughline(['--store', 'memory:']);
    const url = server.listen['http'] ?? '';
    const response = await fetch(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(encodeOtlpProtobuf(troubledShop())),
    });
    expect(response.status).toBe(200);
    const { code, stderr } = await runThroughline(['report', '--url', url, '--html', path]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(path)]);
    browser = await workerBrowser();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'light', width: 390 },
  ] as const)(
    'offline, $colorScheme, $width px: no request, no violation, the cause first',
    async ({ colorScheme, width }) => {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      await context.setOffline(true);
      const page = await context.newPage();
      const problems: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(path).href);

      expect(await page.locator('h1').textContent()).toMatch(/^Most probable cause: pay, /);
      const cause = page.locator('#suspects .card').first();
      expect(await cause.locator('h3').textContent()).toBe('1. pay');
      expect(await cause.textContent()).toContain('service.version = 2');
      // The trace that shows it, with the failed span marked.
      expect(await cause.locator('.target').textContent()).toContain('pay: charge');
      // All that is folded too: what spans say stays text.
      for (const details of await page.locator('details').all()) {
        await details.evaluate((element) => element.setAttribute('open', ''));
      }
      expect(await page.title()).toMatch(/^Throughline report/);
      expect(await page.locator('script, img, iframe, link, [style]').count()).toBe(0);
      // The style sheet was allowed, and differs by theme; nothing but tables and plots is wider than the screen.
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(15, 17, 21)' : 'rgb(246, 247, 249)');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(problems).toEqual([]);
      expect(requests).toEqual([pathToFileURL(path).href]);
      await context.close();
    },
  );
});
