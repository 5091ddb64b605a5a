import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeApp, PATIENT, RECORDED, shopWindow } from './app-under-test.ts';
import { axeViolations, axeViolationsInBothThemes } from './axe.ts';
import { screenshot } from './screenshot.ts';
import { spansOf, traceIdOf } from './short-trace.ts';

describeApp('the search page', { shop: true, recorded: true }, (app) => {
  test('is accessible in both themes, its editor too', async () => {
    const page = await app.open('/search?service=payment');
    await page.getByTestId('result').first().waitFor();
    await page.getByRole('textbox', { name: 'Query in TraceQL' }).waitFor();
    await page.getByTestId('facet').first().waitFor();
    await screenshot(page, 'search-service');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
  });

  test('a query is written by the keyboard alone, with names and values of the store', async () => {
    const page = await app.open('/search');
    await page.getByTestId('result').first().waitFor();
    await page.keyboard.press('/');
    const query = page.getByTestId('query');
    await page.keyboard.type('{ resource.serv');
    /** Takes the list's first option with Tab; a list that has just come takes no key yet. */
    const choose = async (option: string | RegExp, result: string): Promise<void> => {
      await page.getByRole('option', { name: option }).first().waitFor();
      await expect
        .poll(async () => {
          if ((await query.textContent())?.includes(result) !== true) await page.keyboard.press('Tab');
          return query.textContent();
        }, PATIENT)
        .toContain(result);
    };
    await choose(/resource\.service\.name string/, 'resource.service.name');
    await page.keyboard.type(' = pay');
    await choose('"payment"', '"payment"');
    await page.keyboard.type(' && sta');
    await choose(/^status/, '&& status');
    await page.keyboard.type(' = error }');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/q=/);
    expect(await query.textContent()).toBe('{ resource.service.name = "payment" && status = error }');
    const asked = encodeURIComponent('{ resource.service.name = "payment" && status = error }');
    const { traces } = await app.get(`/v1/traces?q=${asked}&since=1h&limit=100`);
    await expect
      .poll(() => page.getByTestId('result-count').textContent(), PATIENT)
      .toContain(`${traces.length} trace`);
    // What the query says stands in the form too.
    expect(await page.getByTestId('service').inputValue()).toBe('payment');
    expect(await page.getByTestId('conditions').textContent()).toContain('status = error');
    await page.getByRole('button', { name: 'Remove status = error' }).click();
    await expect.poll(() => query.textContent(), PATIENT).toBe('{ resource.service.name = "payment" }');
  });

  test('a mistake is underlined, and told when one searches', async () => {
    const page = await app.open('/search');
    await page.getByTestId('query').click();
    await page.getByRole('textbox', { name: 'Query in TraceQL' }).fill('{ statos = error }');
    await page.keyboard.press('Control+Enter');
    const problem = page.getByTestId('query-problem');
    await problem.waitFor();
    expect(await problem.textContent()).toContain('did you mean status?');
    await page.locator('.cm-lintRange-error', { hasText: 'statos' }).waitFor();
    await expect.poll(() => page.getByTestId('search-error').count(), PATIENT).toBe(1);
  });

  test('where conditions leave nothing, they are taken away with a click, and the time stays', async () => {
    const page = await app.open(`/search?${shopWindow()}&service=payment&min_duration=90s`);
    await page.getByTestId('clear-conditions').press('Enter');
    await page.getByTestId('result').first().waitFor();
    const { searchParams } = new URL(page.url());
    expect([...searchParams.keys()].toSorted()).toEqual(['end_time', 'start_time']);
    expect(await page.getByTestId('service').inputValue()).toBe('');
  });

  interface Cell {
    readonly column: number;
    readonly row: number;
    readonly count: number;
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }
  const drawnCells = async (page: Page): Promise<readonly Cell[]> => {
    await page.getByTestId('heat-map').waitFor();
    await expect.poll(async () => (await app.drawn(page, 'heatMap'))?.cells.length ?? 0, PATIENT).toBeGreaterThan(0);
    return (await app.drawn(page, 'heatMap')).cells;
  };

  test('the heat map counts what the server counts, and a drag lists exactly the traces of its cells', async () => {
    const time = shopWindow();
    const page = await app.open(`/search?${time}`);
    const map = await app.get(`/v1/heatmap?${time}&columns=96&rows=24`);
    const cells = await drawnCells(page);
    expect(cells.map(({ column, row, count }) => [column, row, count])).toEqual(
      map.cells.map((cell: any) => [cell.column, cell.row, cell.count]), // oxlint-disable-line typescript/no-explicit-any
    );
    expect(await page.getByTestId('heat-map-count').textContent()).toContain(map.count.toLocaleString('en'));

    // A part that holds some traces, but not more than a page of them.
    const from = cells.toSorted((a, b) => b.count - a.count)[0];
    if (from === undefined) throw new Error('no cells');
    const inside = cells.filter(({ column, row }) => column === from.column && row >= from.row && row <= from.row + 2);
    const count = inside.reduce((sum, cell) => sum + cell.count, 0);
    expect(count).toBeGreaterThan(0);
    const box = await page.getByTestId('heat-map').boundingBox();
    if (box === null) throw new Error('no heat map');
    const middle = (from.left + from.right) / 2;
    const rowHeight = from.bottom - from.top;
    await page.mouse.move(box.x + middle, box.y + from.bottom - rowHeight / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + middle + 1, box.y + from.top - 1.5 * rowHeight, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/region=/);
    // One root a trace: as many traces as spans.
    await expect
      .poll(() => page.getByTestId('result-count').textContent(), PATIENT)
      .toBe(count === 1 ? '1 trace' : `${count} traces`);
    const asked = new URL(page.url()).searchParams;
    const [start, end] = asked.get('region')?.split(',') ?? [];
    const { traces } = await app.get(
      `/v1/traces?q=${encodeURIComponent(asked.get('region_q') ?? '')}&start_time=${start}&end_time=${end}&limit=1000`,
    );
    expect(traces).toHaveLength(count);
    await screenshot(page, 'search-region');
    const compare = new URL((await page.getByTestId('compare-region').getAttribute('href')) ?? '', app.url);
    expect(compare.pathname).toBe('/compare');
    expect(compare.searchParams.get('qb')).toBe(asked.get('region_q'));
    expect(compare.searchParams.get('b_start_time')).toBe(start);
    // The address alone brings it back.
    await page.reload();
    await page.getByTestId('region').waitFor();
    await expect.poll(() => page.getByTestId('result-count').textContent(), PATIENT).toContain(`${count} trace`);
    await page.getByTestId('clear-region').click();
    await expect.poll(() => page.url(), PATIENT).not.toContain('region');
    await page.goBack();
    await page.getByTestId('region').waitFor();
  });

  test('the keyboard alone selects a part of the heat map and lets it go', async () => {
    const page = await app.open(`/search?${shopWindow()}`);
    const cells = await drawnCells(page);
    const { columnCount } = await app.drawn(page, 'heatMap');
    await page.getByTestId('heat-map').focus();
    const cell = cells.at(-1);
    if (cell === undefined) throw new Error('no cells');
    await page.keyboard.press('End');
    for (let column = columnCount - 1; column > cell.column; column--) await page.keyboard.press('ArrowLeft');
    for (let row = 0; row < cell.row; row++) await page.keyboard.press('ArrowUp');
    await expect
      .poll(() => page.getByRole('status').allTextContents(), PATIENT)
      .toContainEqual(expect.stringContaining('span'));
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByTestId('region').waitFor();
    const both = cells.filter(({ column, row }) => row === cell.row && cell.column - column <= 1);
    const count = both.reduce((sum, each) => sum + each.count, 0);
    await expect.poll(() => page.getByTestId('result-count').textContent(), PATIENT).toContain(`${count} trace`);
    await page.getByTestId('heat-map').focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('region').count(), PATIENT).toBe(0);
  });

  test.each(RECORDED)(
    'recorded traces of $name are found, and opened by keyboard',
    async ({ window: recordedWindow }) => {
      const { traces } = await app.get(`/v1/traces?${recordedWindow}`);
      expect(traces.length).toBeGreaterThan(2);
      const page = await app.open(`/search?${recordedWindow}`);
      await page.getByTestId('result').first().waitFor();
      expect(
        await page.getByTestId('result').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-trace-id'))),
      ).toEqual(traces.map(({ trace_id: id }: { readonly trace_id: string }) => id));
      const cells = await drawnCells(page);
      expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(traces.length);
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByTestId('span-row').first().waitFor();
      expect(page.url()).toContain(`/trace/${traces[1].trace_id}`);
    },
  );

  test('a trace that is looked up by its id hears its keys', async () => {
    const { traces } = await app.get('/v1/traces?service=payment&limit=1');
    const page = await app.open('/status');
    await page.getByTestId('trace-lookup').fill(traces[0].trace_id);
    await page.keyboard.press('Enter');
    await page.getByTestId('span-row').first().waitFor();
    await page.keyboard.press('3');
    await page.getByTestId('table-row').first().waitFor();
  });

  test('a search is saved under a name, and the latest ones are remembered', async () => {
    const page = await app.open('/search?service=payment');
    await page.getByTestId('result').first().waitFor();
    await page.getByTestId('search-submit').click();
    await page.getByTestId('saved').click();
    await page.getByTestId('save-name').fill('payments');
    await page.keyboard.press('Enter');
    await page.getByTestId('saved-list').getByText('payments', { exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByTestId('clear-search').click();
    await expect.poll(() => page.url(), PATIENT).not.toContain('payment');
    await page.getByTestId('saved').click();
    expect(await page.getByTestId('recent-list').textContent()).toContain('resource.service.name = "payment"');
    await page.getByTestId('saved-list').getByRole('link').click();
    await page.waitForURL(/service=payment/);
  });

  test('a facet’s value asks for it, and counts as the server does', async () => {
    const time = shopWindow();
    const page = await app.open(`/search?${time}&service=payment`);
    const answer = await app.get(`/v1/facets?${time}&service=payment&limit=6`);
    await expect
      .poll(() => page.getByTestId('facets-count').textContent(), PATIENT)
      .toContain(`${answer.count.toLocaleString('en')} spans`);
    const names = answer.facets.find(({ field }: { field: string }) => field === 'name');
    const facet = page.locator('[data-testid=facet][data-field=name]');
    expect(await facet.getByTestId('facet-value').count()).toBe(names.values.length);
    const [value] = names.values;
    const button = facet.getByTestId('facet-value').filter({ hasText: value.value }).first();
    expect(await button.textContent()).toContain(value.count.toLocaleString('en'));
    await button.click();
    await page.waitForURL(/operation=/);
    expect(await page.getByTestId('operation').inputValue()).toBe(value.value);
    await expect.poll(() => button.getAttribute('aria-pressed'), PATIENT).toBe('true');
    await button.click();
    await expect.poll(() => page.url(), PATIENT).not.toContain('operation=');

    // The number of errors lists them.
    await page.getByTestId('only-errors').click();
    await page.waitForURL(/tags=error/);
    const failed = await app.get(`/v1/heatmap?${time}&service=payment&tags=error%3Dtrue&columns=96&rows=24`);
    await expect
      .poll(() => page.getByTestId('heat-map-count').textContent(), PATIENT)
      .toContain(`${failed.count.toLocaleString('en')} span`);
    await page.goBack();

    // What the form has no field for stays as a condition.
    const kind = page.locator('[data-testid=facet][data-field=kind]').getByTestId('facet-value').first();
    await kind.click();
    await page
      .getByTestId('conditions')
      .getByText(/^kind = /)
      .waitFor();
    await kind.click();
    await expect.poll(() => page.getByTestId('conditions').count(), PATIENT).toBe(0);
  });

  test('traces are listed as they arrive, and wait while one reads', async () => {
    const page = await app.open('/search?service=tailed&since=15m');
    const live = page.getByTestId('live');
    await live.click();
    await page.waitForURL(/live=1/);
    const status = page.getByTestId('tail-status');
    await expect.poll(() => status.textContent(), PATIENT).toContain('Listening');
    await app.send(spansOf('tailed', 1));
    await expect.poll(() => page.getByTestId('result').count(), PATIENT).toBe(1);
    // Another service's are not asked for.
    await app.send(spansOf('other', 2));
    await page.getByTestId('result').first().hover();
    await expect.poll(() => status.textContent(), PATIENT).toContain('Paused');
    await app.send(spansOf('tailed', 3));
    await expect.poll(() => status.textContent(), PATIENT).toContain('1 trace waiting');
    expect(await page.getByTestId('result').count()).toBe(1);
    await screenshot(page, 'search-live');
    await page.getByTestId('query').hover();
    await expect.poll(() => page.getByTestId('result').count(), PATIENT).toBe(2);
    expect(await page.getByTestId('result').first().getAttribute('data-trace-id')).toBe(traceIdOf(3));
    await live.click();
    await expect.poll(() => page.url(), PATIENT).not.toContain('live');
    expect(await live.getAttribute('aria-pressed')).toBe('false');
  });
});
