import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { COLOUR_SCHEMES, describeApp, RECORDED } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { screenshot } from './screenshot.ts';

interface Difference {
  readonly gap_delta_nano: number;
  readonly duration_delta_nano: number;
}

const CHECKOUTS = encodeURIComponent('{ trace:rootName = "POST /checkout" }');

describeApp('insights and comparisons', { shop: true, recorded: true }, (app) => {
  /** Two checkouts: the one in the middle and the longest. */
  async function checkouts(): Promise<readonly [string, string]> {
    const { traces } = await app.get(`/v1/traces?q=${CHECKOUTS}&order=longest&limit=200`);
    return [traces[traces.length >> 1].trace_id, traces[0].trace_id];
  }

  /** Rows and canvas have the same, and what the rows add to the difference is the difference. */
  async function expectToAddUp(page: Page, answer: Difference): Promise<void> {
    const { rows } = await app.drawn(page, 'compare');
    expect(rows).toHaveLength(await page.getByTestId('compare-row').count());
    const sum = rows.reduce((total: number, row: { deltaNano: number }) => total + row.deltaNano, 0);
    expect(sum + answer.gap_delta_nano).toBeCloseTo(answer.duration_delta_nano, -1);
  }

  test('the insights name the cause, and are accessible; evidence opens a trace at its span', async () => {
    const page = await app.open('/insights?against=within');
    await page.locator('[data-testid=verdict]:is([data-kind=cause], [data-kind=nothing])').waitFor();
    await page.getByText(/^All \d+ examined/).waitFor();
    await page.getByTestId('error-group').first().waitFor();
    await page.getByTestId('path-owner').first().waitFor();
    await page.locator('[data-testid=clocks][aria-busy=false]').waitFor();
    const answer = await app.get('/v1/analysis/errors');
    expect(await page.getByTestId('error-group').count()).toBe(answer.groups.length);
    await screenshot(page, 'insights-light');
    expect(await axeViolations(page)).toEqual([]);

    const cause = page.getByTestId('cause').first();
    const trace = cause.getByTestId('evidence-trace').first();
    expect(await trace.getAttribute('href')).toMatch(/^\/trace\/[0-9a-f]{32}\?span=[0-9a-f]{16}$/);
    await trace.press('Enter');
    await page.getByTestId('span-details').waitFor();
    await page.goBack();
    await cause.waitFor();
    await cause.getByTestId('evidence-query').first().press('Enter');
    await page.getByTestId('result').first().waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toContain('resource.service.name');
  });

  test('what is ranked is in the address; the insights are accessible in the dark', async () => {
    const page = await app.open('/insights?against=within', { theme: 'dark' });
    await page.getByTestId('cause').first().waitFor();
    await page.getByTestId('level-attributes').press('Enter');
    await expect.poll(() => page.url()).toContain('rank=attributes');
    await screenshot(page, 'insights-dark');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByTestId('against').selectOption('auto');
    await expect.poll(() => page.url()).not.toContain('against');
    await page.goBack();
    await expect.poll(() => page.url()).toContain('against=within');
  });

  test('a trace says why it was slow; its findings lead to spans, and from one trace to a comparison with the next', async () => {
    const [a, b] = await checkouts();
    const page = await app.open(`/trace/${b}?view=insights`);
    await page.getByTestId('trace-insights').waitFor();
    const answer = await app.get(`/v1/analysis/traces/${b}`);
    expect(await page.getByTestId('trace-finding').count()).toBe(answer.patterns.length);
    const [first] = answer.operations;
    expect(await page.getByTestId('where-time-went').textContent()).toContain(`${first.service} ${first.operation}`);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByTestId('path-operation').first().getByRole('button').press('Enter');
    await page.getByTestId('span-details').waitFor();
    expect(page.url()).toContain('span=');

    await page.getByTestId('compare-with').press('Enter');
    await page.getByTestId('suggestion').first().waitFor();
    await page.getByTestId('trace-lookup').fill(a);
    await page.getByTestId('trace-lookup').press('Enter');
    await page.getByTestId('compare-with-kept').press('Enter');
    await page.getByTestId('merged-tree').waitFor();
    expect(new URL(page.url()).search).toBe(`?a=${b}&b=${a}`);
  });

  test.each(COLOUR_SCHEMES)('two traces as one tree, by keyboard, in the theme %s', async (theme) => {
    const [a, b] = await checkouts();
    const page = await app.open(`/compare?a=${a}&b=${b}`, { theme });
    const tree = page.getByTestId('merged-tree');
    await tree.waitFor();
    const answer = await app.get(`/v1/analysis/compare?a=${a}&b=${b}`);
    expect(await page.getByTestId('difference').textContent()).toMatch(/^B takes .* longer than A/);

    // Rows, canvas and API agree.
    await page.keyboard.press('x');
    await expectToAddUp(page, answer);
    const marks = await page.getByTestId('mark').allTextContents();
    const counted = (word: string): number => marks.filter((mark) => mark.endsWith(word)).length;
    expect(counted('slower')).toBe(answer.slower.length);
    expect(counted('faster')).toBe(answer.faster.length);
    await screenshot(page, `compare-${theme}`);

    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.getByTestId('node-panel').waitFor();
    expect(page.url()).toContain('span=');
    await page.getByTestId('field-differences').waitFor();
    expect(await axeViolations(page)).toEqual([]);

    await page.keyboard.press('o');
    await page.keyboard.press('d');
    await expect.poll(() => page.url()).toMatch(/order=contribution.*show=differences/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('s');
    await expect.poll(() => page.getByTestId('difference').textContent()).toMatch(/^B takes .* less than A/);
    await page.goBack();
    await expect.poll(() => page.getByTestId('difference').textContent()).toMatch(/ longer than A/);
  });

  test.each(RECORDED)('two recorded traces of $name as one tree, as the API compares them', async ({ window }) => {
    const { traces } = await app.get(`/v1/traces?${window}&order=longest&limit=2`);
    const [a, b] = traces.map(({ trace_id: id }: { readonly trace_id: string }) => id);
    // High enough for every row.
    const page = await app.open(`/compare?a=${a}&b=${b}`, { height: 6_000 });
    await page.getByTestId('merged-tree').waitFor();
    const answer = await app.get(`/v1/analysis/compare?a=${a}&b=${b}`);
    await page.keyboard.press('x');
    await expectToAddUp(page, answer);
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.getByTestId('node-panel').waitFor();
  });

  test('a trace is compared with one that is proposed, and one that is not stored is named', async () => {
    const [a] = await checkouts();
    const page = await app.open(`/compare?a=${a}`);
    await page.getByTestId('suggestion').first().press('Enter');
    await page.getByTestId('merged-tree').waitFor();
    expect(page.url()).toMatch(/b=[0-9a-f]{32}/);

    const missing = await app.open('/compare');
    await missing.getByTestId('trace-a').fill(a);
    await missing.getByTestId('trace-b').fill('no id');
    await missing.getByTestId('compare-submit').press('Enter');
    await missing.getByText('B needs a trace id').waitFor();
    await missing.getByTestId('trace-b').fill('1234');
    await missing.getByTestId('compare-submit').press('Enter');
    await missing.getByText('Trace B is not stored').waitFor();
  });

  test.each(COLOUR_SCHEMES)('two sets by a preset, each row opens its traces, in the theme %s', async (theme) => {
    const page = await app.open('/compare', { theme });
    await page.getByTestId('compare-sets').press('Enter');
    await page.getByTestId('preset-failed').press('Enter');
    await page.getByTestId('set-results').waitFor();
    const { searchParams } = new URL(page.url());
    const sets = new URLSearchParams({ a: searchParams.get('qa') ?? '', b: searchParams.get('qb') ?? '', since: '1h' });
    const answer = await app.get(`/v1/analysis/compare-sets?${sets.toString()}`);
    expect(await page.getByTestId('difference').textContent()).toContain(`of B take`);
    expect(answer.b.read_trace_count).toBeGreaterThan(0);
    await screenshot(page, `sets-${theme}`);
    expect(await axeViolations(page)).toEqual([]);

    const link = page.getByTestId('open-b').first();
    const count = Number(/\d+/.exec((await link.textContent()) ?? '')?.[0]);
    await link.press('Enter');
    await page.getByTestId('result').first().waitFor();
    expect(await page.getByTestId('result-count').textContent()).toContain(String(count));
  });
});
