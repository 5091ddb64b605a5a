// Makes the pictures of the README and the docs from recorded traces:
//   node --conditions=throughline-source scripts/screenshots.ts
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import { findChromium } from './chromium.ts';
import { root } from './run.ts';

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium found; set THROUGHLINE_CHROMIUM.');
const recorded = process.env['THROUGHLINE_DATA'] ?? join(root, '../shared/data');
const images = join(root, 'docs/images');
mkdirSync(images, { recursive: true });

await using server = await startThroughline(['--store', 'memory:']);
const url = server.listen['http'] ?? '';
const file = join(recorded, 'train-ticket/2023-01-29.otlp.jsonl.gz');
const { code, stderr } = await runThroughline(['import', '--url', url, '--shift-to-now', file]);
if (code !== 0) throw new Error(stderr);
const found = await runThroughline([
  'search',
  '--url',
  url,
  '--json',
  '--order',
  'longest',
  '--limit',
  '1',
  '--since',
  '1d',
]);
// The search API's own answer.
const { traces } = JSON.parse(found.stdout) as { readonly traces: readonly { readonly trace_id: string }[] };

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const shoot = async (name: string, path: string, prepare: (page: Page) => Promise<void>): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme });
    await page.goto(url + path);
    await prepare(page);
    await page.screenshot({ path: join(images, `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`) });
    await page.close();
  }
};
await shoot('search', '/?since=all', async (page) => {
  await page.getByTestId('result').first().waitFor();
});
await shoot('trace', `/trace/${traces[0]?.trace_id ?? ''}`, async (page) => {
  await page.getByTestId('span-row').nth(6).click();
  await page.getByTestId('span-details').waitFor();
});
await browser.close();
