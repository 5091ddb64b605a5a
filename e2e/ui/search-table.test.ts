import { expect, test } from 'vitest';
import { describeApp, PATIENT, shopWindow } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { screenshot } from './screenshot.ts';

describeApp('the table of found traces', { shop: true }, (app) => {
  test('the table sorts by the server or within what is loaded, goes on while one scrolls, and has columns of choice', async () => {
    const time = shopWindow();
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
    const page = await app.open(`/search?${shopWindow()}`);
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
});
