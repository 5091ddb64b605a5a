import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeApp, RECORDED } from './app-under-test.ts';
import { axeViolations, axeViolationsInBothThemes } from './axe.ts';
import { screenshot } from './screenshot.ts';
import { spansOf, traceIdOf } from './short-trace.ts';

/** The machine may be busy. */
const PATIENT = { timeout: 15_000 };

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
    const page = await app.open(`/search?${window()}&service=payment&min_duration=90s`);
    await page.getByTestId('clear-conditions').press('Enter');
    await page.getByTestId('result').first().waitFor();
    const { searchParams } = new URL(page.url());
    expect([...searchParams.keys()].toSorted()).toEqual(['end_time', 'start_time']);
    expect(await page.getByTestId('service').inputValue()).toBe('');
  });

  /** A window around the shop's five minutes that stays the same from call to call. */
  const window = (): string => {
    const end = Math.floor(Date.now() / 1000);
    return `start_time=${end - 420}&end_time=${end}`;
  };
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
    const time = window();
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
    const page = await app.open(`/search?${window()}`);
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

  test('the table sorts by the server or within what is loaded, goes on while one scrolls, and has columns of choice', async () => {
    const time = window();
    const page = await app.open(`/search?${time}&limit=50`);
    await page.getByTestId('result').first().waitFor();
    await page.getByTestId('sort-duration').click();
    await page.waitForURL(/order=longest/);
    const { traces } = await app.get(`/v1/traces?${time}&order=longest&limit=50`);
    await expect
      .poll(() => page.getByTestId('result').first().getAttribute('data-trace-id'), PATIENT)
      .toBe(traces[0].trace_id);
    await page.getByTestId('sort-spans').click();
    await page.getByTestId('sorted-within').waitFor();
    expect(page.url()).toContain('sort=-spans');
    const most = Math.max(...traces.map(({ span_count: count }: { span_count: number }) => count));
    await expect
      .poll(() => page.getByRole('row').nth(1).getByRole('cell').nth(6).textContent(), PATIENT)
      .toBe(String(most));
    await page.getByTestId('sorted-within').getByRole('button').click();

    await page.getByTestId('results').hover();
    await page.mouse.wheel(0, 1_500);
    await expect.poll(() => page.getByTestId('result-count').textContent(), PATIENT).toMatch(/^(?!50 )\d+ traces/);
    expect(await page.getByTestId('result').count()).toBeLessThan(60);

    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByTestId('columns').click();
    await page.getByTestId('column-filter').fill('http.route');
    await page.getByTestId('column-span.http.route').check();
    // Keys in the menu are its own: none of them goes to the list, or opens a trace of it.
    const activeBefore = await page.locator('[data-testid="result"][aria-current="true"]').count();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).pathname).toBe('/search');
    expect(await page.locator('[data-testid="result"][aria-current="true"]').count()).toBe(activeBefore);
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'http.route' }).waitFor();
    await expect.poll(() => page.getByRole('cell', { name: /^\// }).count(), PATIENT).toBeGreaterThan(0);
    // They come as the search's pages did, and no trace is read for them.
    const countBefore = await page.getByTestId('result-count').textContent();
    const searches = (): readonly string[] => asked.filter((url) => /\/v1\/traces\?/.test(url));
    expect(searches().every((url) => url.includes('select=span.http.route'))).toBe(true);
    expect(searches().filter((url) => url.includes('cursor='))).toHaveLength(searches().length - 1);
    expect(asked.filter((url) => /\/v1\/traces\/[0-9a-f]{32}/.test(url))).toEqual([]);
    // Another one leaves the pages and the place in them; the menu, which is above the list, stays open meanwhile.
    await page.getByTestId('columns').click();
    await page.getByTestId('column-filter').fill('http.request');
    const other = page.getByTestId('column-span.http.request.method');
    await other.waitFor();
    const main = page.getByRole('main');
    await main.evaluate((element) => element.scrollTo(0, 1_200));
    await other.evaluate((box: HTMLInputElement) => box.click());
    await expect.poll(() => page.getByRole('cell', { name: /^(?:GET|POST)$/ }).count(), PATIENT).toBeGreaterThan(0);
    expect(await main.evaluate(({ scrollTop }) => scrollTop)).toBe(1_200);
    expect(await page.getByTestId('result-count').textContent()).toBe(countBefore);
    // What is known of a column is not asked for again.
    const before = asked.length;
    await other.evaluate((box: HTMLInputElement) => box.click());
    await expect.poll(() => page.getByRole('columnheader', { name: 'http.request' }).count(), PATIENT).toBe(0);
    await other.evaluate((box: HTMLInputElement) => box.click());
    await expect.poll(() => page.getByRole('cell', { name: /^(?:GET|POST)$/ }).count(), PATIENT).toBeGreaterThan(0);
    expect(asked.slice(before)).toEqual([]);
    await page.reload();
    await page.getByRole('columnheader', { name: 'http.route' }).waitFor();
  });

  test('attributes that the search had no time for are read from the traces in sight', async () => {
    const page = await app.open(`/search?${window()}`);
    await page.getByTestId('result').first().waitFor();
    const message = 'The attributes of 100 traces were not read: the time was up';
    await page.route(/\/v1\/traces\?.*select=/, async (route) => {
      const answer = await (await route.fetch()).json();
      const traces = answer.traces.map((trace: object) => ({ ...trace, attributes: undefined }));
      await route.fulfill({ json: { ...answer, traces, reasons: [{ code: 'query_timeout', message }] } });
    });
    const read: string[] = [];
    page.on('request', (request) => {
      const id = /\/v1\/traces\/([0-9a-f]{32})/.exec(request.url())?.[1];
      if (id !== undefined) read.push(id);
    });
    await page.getByTestId('columns').click();
    await page.getByTestId('column-filter').fill('http.route');
    await page.getByTestId('column-span.http.route').check();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('cell', { name: /^\// }).count(), PATIENT).toBeGreaterThan(0);
    const inSight = await page.getByTestId('result').count();
    await expect.poll(() => new Set(read).size, PATIENT).toBe(inSight);
    expect(read).toHaveLength(inSight);
    // A search that has it from the start says what it lacks, and shows the same.
    await page.reload();
    await page.getByText(message).waitFor();
    await expect.poll(() => page.getByRole('cell', { name: /^\// }).count(), PATIENT).toBeGreaterThan(0);

    // What no trace can be read of is no empty value.
    await page.route(/\/v1\/traces\/[0-9a-f]{32}/, (route) =>
      route.fulfill({ status: 400, json: { error: { code: 'invalid_parameter', message: 'no' } } }),
    );
    await page.reload();
    await expect.poll(() => page.getByTitle('The trace could not be read').count(), PATIENT).toBeGreaterThan(0);
    // The browser logs each answer of status 400.
    await page.close();
    expect(app.takeProblems().length).toBeGreaterThan(0);
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

  test('two traces are ticked, one by keyboard, and compared', async () => {
    const page = await app.open('/search?service=payment');
    await page.getByTestId('result').first().waitFor();
    const ids = await page
      .getByTestId('result')
      .evaluateAll((rows) => rows.slice(0, 3).map((row) => row.getAttribute('data-trace-id')));
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
    const compare = page.getByTestId('compare-ticked');
    expect(await compare.getAttribute('href')).toBe(`/compare?a=${ids[0]}&b=${ids[1]}`);
    // A third one takes the place of the first; keys go on working with the box in focus.
    await page.getByTestId('tick').nth(2).check();
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).pathname).toBe('/search');
    expect(await compare.getAttribute('href')).toBe(`/compare?a=${ids[1]}&b=${ids[2]}`);
    expect(await page.getByTestId('tick').first().isChecked()).toBe(false);
    await screenshot(page, 'search-ticked');
    // The rest of the page is as it was.
    expect(await axeViolations(page, ['color-contrast', 'label', 'link-name', 'button-name'])).toEqual([]);
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await expect.poll(() => compare.count()).toBe(0);
    await page.keyboard.press('x');
    await compare.press('Enter');
    await page.getByTestId('merged-tree').waitFor();
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
    const time = window();
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
