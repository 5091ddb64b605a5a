import { emptyAttributes, type Span, SpanKind, StatusCode } from '@throughline/model';
import { beforeAll, expect, test } from 'vitest';
import { describeApp } from './ui/app-under-test.ts';

const LARGE_TRACE = 'abcdef0123456789abcdef0123456789';
const LARGE_COUNT = 10_000;

/** A tree of 10,000 spans: ten children a span, one of a thousand failed, with attributes to find. */
function largeTrace(): Span[] {
  const start = BigInt(Date.now()) * 1_000_000n;
  const id = (index: number): string => (index + 1).toString(16).padStart(16, '0');
  const resources = ['gateway', 'orders', 'stock'].map((name) => ({
    attributes: new Map([['service.name', name]]),
    droppedAttributesCount: 0,
    schemaUrl: '',
  }));
  return Array.from({ length: LARGE_COUNT }, (_, index) => ({
    traceId: LARGE_TRACE,
    spanId: id(index),
    parentSpanId: index === 0 ? '' : id(Math.floor((index - 1) / 10)),
    traceState: '',
    flags: 1,
    name: index === 0 ? 'batch' : `step ${index}`,
    kind: SpanKind.INTERNAL,
    startTimeUnixNano: start + BigInt(index) * 100_000n,
    endTimeUnixNano: start + (index === 0 ? BigInt(LARGE_COUNT) * 100_000n : BigInt(index + 5) * 100_000n),
    attributes: new Map([['item', `item-${index}`]]),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: index % 1_000 === 500 ? StatusCode.ERROR : StatusCode.UNSET, message: '' },
    resource: resources[index % 3] ?? { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  }));
}

describeApp('the web app over an empty store', {}, (app) => {
  test('an empty store shows how to begin; the sample trace opens with its spans and their details', async () => {
    const page = await app.open('/');
    await page.getByTestId('empty-store').waitFor();
    expect(await page.getByTestId('empty-store').textContent()).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
    await page.getByTestId('load-sample').click();
    await page.getByTestId('trace-page').waitFor();
    expect(page.url()).toMatch(/\/trace\/[0-9a-f]{32}/);
    const rows = page.getByTestId('span-row');
    await rows.first().waitFor();
    const traceId = page.url().split('/').pop() ?? '';
    const answer = await app.get(`/v1/traces/${traceId}`);
    expect(await rows.count()).toBe(answer.spans.length);
    expect((await app.drawn(page, 'waterfall')).bars).toHaveLength(answer.spans.length);

    await rows.nth(1).click();
    await page.getByTestId('span-details').waitFor();
    expect(page.url()).toContain('span=');
    await page.reload();
    await page.getByTestId('span-details').waitFor();
  });
});

describeApp('the web app over a large trace', {}, (app) => {
  beforeAll(() => app.send(largeTrace()));

  test('a search is its address: form, result, trace, and back', async () => {
    const page = await app.open('/search?plot=traces');
    await page.getByTestId('result').first().waitFor();
    expect((await app.drawn(page, 'scatter')).points).toHaveLength(1);
    await page.getByTestId('tags').fill('item=item-77');
    await page.getByTestId('tags').press('Enter');
    await page.getByTestId('search-submit').click();
    await page.waitForURL(/item-77/);
    await expect.poll(() => page.getByTestId('result').count()).toBe(1);
    await page.reload();
    await expect.poll(() => page.getByTestId('result').count()).toBe(1);
    await page.getByTestId('result').first().click();
    await page.getByTestId('trace-page').waitFor();
    await page.goBack();
    await page.getByTestId('result').first().waitFor();
    expect(page.url()).toContain('item-77');
  });

  test('a mistake in a query is shown where it is', async () => {
    const page = await app.open('/');
    await page.getByTestId('query').fill('{ duration > }');
    await page.getByTestId('search-submit').click();
    await page.getByTestId('query-problem').waitFor();
    // Typed, as people do: Chromium keeps the styles of text that a script replaces, which the policy forbids.
    await page.getByTestId('query').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('{ status = error }');
    await page.getByTestId('search-submit').click();
    await page.getByTestId('result').first().waitFor();
    await expect.poll(() => page.getByTestId('query-problem').count()).toBe(0);
  });

  test('10,000 spans scroll, fold and are found, with a bounded number of rows in the page', async () => {
    const page = await app.open(`/trace/${LARGE_TRACE}`);
    const rows = page.getByTestId('span-row');
    await rows.first().waitFor();
    expect(await page.getByTestId('trace-header').textContent()).toContain('10,000');
    const grid = page.getByRole('treegrid');
    expect(Number(await grid.getAttribute('aria-rowcount'))).toBe(LARGE_COUNT);
    expect(await rows.count()).toBeLessThan(120);

    await page.getByTestId('waterfall').hover();
    await page.mouse.wheel(0, 60_000);
    await expect.poll(async () => (await app.drawn(page, 'waterfall')).firstPosition).toBeGreaterThan(1_000);
    expect(await rows.count()).toBeLessThan(120);
    // Once scrolling rests, the page has the rows in their order, and each beside its bar.
    await expect
      .poll(async () => {
        const { bars, firstPosition } = await app.drawn(page, 'waterfall');
        const top = (await page.getByTestId('waterfall').boundingBox())?.y ?? 0;
        const inPage = await rows.evaluateAll((elements) =>
          elements.map((element) => ({
            row: Number(element.getAttribute('data-row')),
            position: Number(element.getAttribute('aria-rowindex')) - 1,
            text: element.textContent,
            y: element.getBoundingClientRect().y + (element.closest('[role="treegrid"]')?.scrollTop ?? 0),
          })),
        );
        const drawn = bars.map(({ row }: { readonly row: number }, index: number) => {
          const position = firstPosition + index;
          return { row, position, y: top + position * 24 };
        });
        expect(inPage.map(({ row, position, y }) => ({ row, position, y }))).toEqual(drawn);
        expect(new Set(inPage.map(({ text }) => text)).size).toBe(inPage.length);
        return inPage.length;
      })
      .toBeGreaterThan(10);

    await page.getByTestId('find').fill('item-9876');
    await expect.poll(() => page.getByTestId('find-count').textContent(), { timeout: 20_000 }).toContain('1');
    await page.getByTestId('find').press('Enter');
    await page.getByText('step 9876', { exact: true }).first().waitFor();
  });
});

describeApp('the web app over a small trace', {}, (app) => {
  test('the keyboard alone walks the tree, opens details and shows its map', async () => {
    await app.send(largeTrace().slice(0, 40));
    const page = await app.open(`/trace/${LARGE_TRACE}`);
    await page.getByTestId('span-row').first().waitFor();
    await page.getByRole('treegrid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByTestId('span-details').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('span-details').count()).toBe(0);
    await page.keyboard.press('?');
    await page.getByTestId('key-help').getByRole('heading', { name: 'Keys' }).waitFor();
  });
});

describeApp('the web app over old data', {}, (app) => {
  test('an empty time range over stored data offers the range of the data', async () => {
    const old = largeTrace()
      .slice(0, 3)
      .map((span) => ({
        ...span,
        startTimeUnixNano: 1_600_000_000_000_000_000n,
        endTimeUnixNano: 1_600_000_000_500_000_000n,
      }));
    await app.send(old);
    const page = await app.open('/');
    await page.getByTestId('use-data-window').click();
    await expect.poll(() => page.getByTestId('result').count()).toBe(1);
  });
});

describeApp('the web app over hostile data', {}, (app) => {
  test('what a span says is text, never markup', async () => {
    const [span] = largeTrace();
    if (span === undefined) throw new Error('no span');
    const evil = '<img src=x onerror="window.hacked=true"><script>window.hacked=true</script>';
    await app.send([
      {
        ...span,
        name: evil,
        attributes: new Map([[evil, evil]]),
        resource: { ...span.resource, attributes: new Map([['service.name', evil]]) },
        status: { code: StatusCode.ERROR, message: evil },
      },
    ]);
    const page = await app.open('/');
    await page.getByTestId('result').first().click();
    await page.getByTestId('span-row').first().click();
    await page.getByTestId('span-details').waitFor();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  });
});

describeApp('the web app whose server goes away', {}, (app) => {
  test('a trace that is not there and a server that is gone are told, not shown as a blank page', async () => {
    const page = await app.open('/trace/00000000000000000000000000000001');
    await page
      .getByText(/not found|no such trace|is not stored/i)
      .first()
      .waitFor();
    await app.send(largeTrace().slice(0, 3));
    await page.goto(app.url + '/');
    await page.getByTestId('result').first().waitFor();
    await app.stopServer();
    await page.getByTestId('result').first().click();
    await page.getByTestId('retry').waitFor();
    // The trace that is not there, and the server that is not.
    expect(app.takeProblems()).not.toEqual([]);
  });
});
