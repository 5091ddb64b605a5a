import { emptyAttributes, type Span, SpanKind, StatusCode } from '@throughline/model';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { COLOUR_SCHEMES, describeApp, RECORDED } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { screenshot } from './screenshot.ts';

const TRACE_ID = '5eed0000000000000000000000000001';
const MS = 1_000_000n;
const WAIT = { timeout: 15_000 };

interface Sketch {
  readonly parent: number;
  readonly name: string;
  readonly service: string;
  readonly fromMs: number;
  readonly lengthMs: number;
  readonly kind?: SpanKind;
  readonly error?: boolean;
}

const start = BigInt(Date.now() - 60_000) * MS;

/** A request with twelve inserts in a row, and a call to a service whose clock is half a second behind. */
const SKETCHES: readonly Sketch[] = [
  { parent: -1, name: 'POST /orders', service: 'shop', fromMs: 0, lengthMs: 1000, kind: SpanKind.SERVER },
  ...Array.from({ length: 12 }, (_, index) => ({
    parent: 0,
    name: 'INSERT orders',
    service: 'shop',
    fromMs: 10 + index * 20,
    lengthMs: 10,
    kind: SpanKind.CLIENT,
  })),
  { parent: 0, name: 'charge', service: 'shop', fromMs: 300, lengthMs: 600, kind: SpanKind.CLIENT },
  { parent: 13, name: 'charge', service: 'bank', fromMs: -150, lengthMs: 500, kind: SpanKind.SERVER, error: true },
  { parent: 14, name: 'audit', service: 'bank', fromMs: -100, lengthMs: 100, kind: SpanKind.INTERNAL },
];

function spansOf(sketches: readonly Sketch[]): Span[] {
  const id = (index: number): string => (index + 1).toString(16).padStart(16, '0');
  return sketches.map(({ parent, name, service, fromMs, lengthMs, kind, error }, index) => ({
    traceId: TRACE_ID,
    spanId: id(index),
    parentSpanId: parent < 0 ? '' : id(parent),
    traceState: '',
    flags: 1,
    name,
    kind: kind ?? SpanKind.INTERNAL,
    startTimeUnixNano: start + BigInt(fromMs) * MS,
    endTimeUnixNano: start + BigInt(fromMs + lengthMs) * MS,
    attributes: new Map([['tier', service === 'bank' ? 'gold' : 'silver']]),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: error === true ? StatusCode.ERROR : StatusCode.UNSET, message: '' },
    resource: { attributes: new Map([['service.name', service]]), droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: '', version: '', attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' },
    weight: 1,
  }));
}

describeApp('the views of a trace', { recorded: true }, (app) => {
  const open = async (search: string, theme?: 'light' | 'dark'): Promise<Page> => {
    await app.send(spansOf(SKETCHES));
    const page = await app.open(`/trace/${TRACE_ID}${search}`, theme === undefined ? {} : { theme });
    await page.getByTestId('trace-page').waitFor();
    return page;
  };
  const bars = async (page: Page) => (await app.drawn(page, 'waterfall'))?.bars ?? [];

  test.each(COLOUR_SCHEMES)('are accessible in the theme %s', async (theme) => {
    const page = await open('', theme);
    for (const [tab, testId] of [
      ['waterfall', 'waterfall'],
      ['flame', 'flame-graph'],
      ['table', 'table-row'],
      ['statistics', 'statistics-row'],
      ['graph', 'graph-node'],
    ] as const) {
      await page.getByTestId(`tab-${tab}`).click();
      await page.getByTestId(testId).first().waitFor(WAIT);
      await screenshot(page, `trace-${tab}-${theme}`);
      expect(await axeViolations(page), tab).toEqual([]);
    }
  });

  test('the waterfall marks the critical path as the analysis has it', async () => {
    const page = await open('?repeats=all');
    await expect.poll(async () => (await bars(page)).some((bar: any) => bar.path.length > 0), WAIT).toBe(true); // oxlint-disable-line typescript/no-explicit-any -- drawn is plain data
    const { critical_path: path } = await app.get(`/v1/analysis/traces/${TRACE_ID}`);
    const charged = new Set(
      path.segments.filter((segment: any) => segment.kind === 'span').map((segment: any) => segment.span_id), // oxlint-disable-line typescript/no-explicit-any -- an answer is plain data
    );
    const rows = await page.getByTestId('span-row').evaluateAll((elements) => elements.length);
    expect(rows).toBe(SKETCHES.length);
    const marked = (await bars(page)).filter((bar: any) => bar.path.length > 0).length; // oxlint-disable-line typescript/no-explicit-any -- drawn is plain data
    expect(marked).toBe(charged.size);
    await page.keyboard.press('p');
    await page.waitForURL(/path=off/);
    await expect.poll(async () => (await bars(page)).some((bar: any) => bar.path.length > 0), WAIT).toBe(false); // oxlint-disable-line typescript/no-explicit-any -- drawn is plain data
  });

  test('repeated siblings are one row that the keyboard unfolds; a subtree becomes the root and back goes back', async () => {
    const page = await open('');
    await page.getByTestId('repeats').waitFor(WAIT);
    expect(await page.getByTestId('repeats').textContent()).toContain('12');
    expect(await page.getByTestId('span-row').count()).toBe(SKETCHES.length - 11);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('g');
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length);
    await page.keyboard.press('g');
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length - 11);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('s');
    await page.getByTestId('crumbs').waitFor(WAIT);
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(2);
    expect(page.url()).toContain('root=');
    await page.goBack();
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length - 11);
  });

  test('what is hidden is counted, in the address, and shown again', async () => {
    const page = await open('?repeats=all');
    await page.getByTestId('filter-menu').click();
    await page.getByLabel('bank').check();
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length - 2);
    expect(await page.getByTestId('hidden-count').textContent()).toContain('2 spans');
    await page.reload();
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length - 2);
    await page.keyboard.press('O');
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(SKETCHES.length);
  });

  test('find takes a text, an attribute or TraceQL, and says what is wrong with a query', async () => {
    const page = await open('?repeats=all');
    const count = () => page.getByTestId('find-count').textContent();
    await page.keyboard.press('f');
    await page.keyboard.type('insert');
    await expect.poll(count, WAIT).toBe('1 of 12');
    await page.keyboard.press('Enter');
    await expect.poll(count, WAIT).toBe('2 of 12');
    await page.getByTestId('find').fill('tier=gold');
    await expect.poll(count, WAIT).toBe('1 of 2');
    await page.getByTestId('find').fill('{ kind = server && status = error }');
    await expect.poll(count, WAIT).toBe('1 of 1');
    await page.getByTestId('find').fill('{ kind = }');
    await page.getByTestId('find-problem').waitFor(WAIT);
    expect(await page.getByTestId('find').getAttribute('aria-invalid')).toBe('true');
  });

  test('the flame graph has every span, is walked by arrows and zoomed', async () => {
    const page = await open('?view=flame');
    await expect.poll(async () => (await app.drawn(page, 'flame'))?.boxCount, WAIT).toBe(SKETCHES.length);
    await page.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('#flame-focus').textContent(), WAIT).toContain('INSERT orders');
    await page.keyboard.press('Enter');
    await page.getByTestId('span-details').waitFor(WAIT);
    await page.keyboard.press('z');
    await page.waitForURL(/time=/, WAIT);
    await page.getByTestId('flame-merged').click();
    await expect.poll(async () => (await app.drawn(page, 'flame'))?.merged, WAIT).toBe(true);
    expect((await app.drawn(page, 'flame')).boxCount).toBe(5);
  });

  test('table, statistics and graph add up to the trace; a group leads to its spans', async () => {
    const page = await open('?view=table&sort=-duration');
    await page.getByTestId('table-row').first().waitFor(WAIT);
    expect(await page.getByTestId('table-row').first().textContent()).toContain('POST /orders');
    expect((await app.drawn(page, 'table')).rowCount).toBe(SKETCHES.length);
    await page.keyboard.press('5');
    await expect.poll(() => page.getByTestId('graph-node').count(), WAIT).toBe(2);
    const { graph } = await app.drawn(page, 'graph');
    expect(graph.edges).toMatchObject([{ callCount: 1, errorCount: 1 }]);
    await page.keyboard.press('4');
    await page.getByTestId('statistics-row').first().waitFor(WAIT);
    expect(await page.getByTestId('statistics-row').count()).toBe(2);
    await page.getByRole('button', { name: 'bank' }).click();
    await page.getByTestId('waterfall').waitFor(WAIT);
    await expect.poll(() => page.getByTestId('find-count').textContent(), WAIT).toBe('1 of 2');
  });

  test('clocks are raw until they are corrected, and both are shown then', async () => {
    const page = await open('');
    await page.getByTestId('span-row').first().waitFor(WAIT);
    expect((await bars(page)).every((bar: any) => bar.rawX === undefined)).toBe(true); // oxlint-disable-line typescript/no-explicit-any -- drawn is plain data
    // What says that clocks differ offers to correct them; a key takes that back, and does the same.
    const offer = page.getByTestId('clocks-differ');
    await offer.press('Enter');
    await page.getByTestId('clocks').waitFor(WAIT);
    expect(await offer.textContent()).toBe('Show them as recorded');
    await page.keyboard.press('t');
    await expect.poll(() => offer.textContent(), WAIT).toBe('Correct the clocks');
    await page.keyboard.press('t');
    await page.getByTestId('clocks').waitFor(WAIT);
    expect(await page.getByTestId('clocks').textContent()).toContain('bank +500 ms');
    await expect.poll(async () => (await bars(page)).filter((bar: any) => bar.rawX !== undefined).length, WAIT).toBe(2); // oxlint-disable-line typescript/no-explicit-any -- drawn is plain data
    await page.waitForURL(/clocks=corrected/);
  });

  test.each(RECORDED)('every view of a recorded trace of $name has all of it, by keyboard', async ({ window }) => {
    const { traces } = await app.get(`/v1/traces?${window}&limit=1&order=longest`);
    const { trace_id: id, span_count: spanCount, services } = traces[0];
    const page = await app.open(`/trace/${id}?repeats=all`);
    await page.getByTestId('span-row').first().waitFor(WAIT);
    expect(await page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe(String(spanCount));
    await page.keyboard.press('2');
    await expect.poll(async () => (await app.drawn(page, 'flame'))?.boxCount, WAIT).toBe(spanCount);
    await page.keyboard.press('3');
    await expect.poll(async () => (await app.drawn(page, 'table'))?.rowCount, WAIT).toBe(spanCount);
    await page.keyboard.press('4');
    await expect.poll(() => page.getByTestId('statistics-row').count(), WAIT).toBe(services.length);
    await page.keyboard.press('5');
    await expect.poll(() => page.getByTestId('graph-node').count(), WAIT).toBe(services.length);
  });

  test('a recorded trace is coloured by an attribute with a legend', async () => {
    const { traces } = await app.get('/v1/traces?limit=1&order=longest&start_time=0&end_time=1690000000');
    const page = await app.open(`/trace/${traces[0].trace_id}?colour=attribute:k8s.pod.name`);
    await page.getByTestId('shown-part').waitFor(WAIT);
    await expect
      .poll(() => page.getByRole('list', { name: 'Colours' }).getByRole('listitem').count(), WAIT)
      .toBeGreaterThan(1);
  });
});
