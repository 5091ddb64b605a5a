import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { startThroughline } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AppUnderTest, BLANK, COLOUR_SCHEMES, describeApp } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { holdDetails } from './held-details.ts';
import { screenshot } from './screenshot.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const LINKED = 'aa8efff798038103d269b633813fc6aa';
const AGENT = 'dd8efff798038103d269b633813fc6dd';
const EVIL = '<img src=x onerror="window.hacked=true"></script><script>window.hacked=true</script>';
const SQL = 'SELECT id, name FROM customers c LEFT JOIN orders o ON o.customer = c.id WHERE c.region = $1 LIMIT 5';
const STACK = [
  'com.shop.PaymentFailed: declined',
  '\tat com.shop.Payments.charge(Payments.java:14)',
  '\tat org.springframework.web.Servlet.run(Servlet.java:9)',
  '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
  'Caused by: java.net.SocketTimeoutException: Read timed out',
  '\tat com.shop.Bank.post(Bank.java:88)',
].join('\n');

function spans(startSeconds: number): readonly object[] {
  const span = (id: string, parent: string | undefined, name: string, more: object): object => ({
    trace_id: TRACE,
    span_id: id,
    ...(parent !== undefined && { parent_span_id: parent }),
    name,
    service_name: 'checkout',
    start_time: startSeconds,
    end_time: startSeconds + 1,
    ...more,
  });
  return [
    span('a1', undefined, 'POST /checkout', {
      status: { code: 'ERROR', message: EVIL },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/checkout',
        'http.response.status_code': 502,
        'url.full': 'https://shop.example/checkout?x=1',
        'url.path': '/checkout',
        'link.evil': 'javascript:window.hacked=true',
        [EVIL]: EVIL,
        'body.json': `{"amount":12.50,"evil":${JSON.stringify(EVIL)},"list":[1,2,3]}`,
      },
      events: [
        { name: 'cart loaded', time: startSeconds + 0.1, attributes: { 'cart.id': 91 } },
        { name: 'exception', time: startSeconds + 0.9, attributes: { 'exception.stacktrace': STACK } },
      ],
      links: [
        { trace_id: LINKED, span_id: 'b1' },
        { trace_id: TRACE, span_id: 'a2' },
      ],
    }),
    span('a2', 'a1', 'SELECT customers', { kind: 'CLIENT', attributes: { 'db.query.text': SQL } }),
    { ...span('b1', undefined, 'publish', {}), trace_id: LINKED },
    ...[
      span('e1', undefined, 'invoke_agent support', { attributes: { 'gen_ai.operation.name': 'invoke_agent' } }),
      span('e2', 'e1', 'chat gpt-5', {
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.response.model': 'gpt-5-2025-08-07',
          'gen_ai.usage.input_tokens': 4000,
          'gen_ai.usage.output_tokens': 500,
          'gen_ai.input.messages': JSON.stringify([
            { role: 'user', parts: [{ type: 'text', content: EVIL }] },
            { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'lookup', arguments: { id: 7 } }] },
            { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'sent' }] },
          ]),
          'gen_ai.output.messages': JSON.stringify([
            { role: 'assistant', parts: [{ type: 'text', content: 'On its way.' }], finish_reason: 'stop' },
          ]),
        },
      }),
    ].map((each) => ({ ...each, trace_id: AGENT })),
  ];
}

describeApp('the span panel', {}, (app) => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-span-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    await post(app, '/v1/traces', JSON.stringify(spans(Date.now() / 1000 - 60)));
  });
  const panelOf = async (page: Page, span = 'a1') => {
    const panel = page.getByTestId('span-details');
    await panel.waitFor();
    expect(page.url()).toContain(span);
    return panel;
  };
  const attribute = (page: Page, key: string) => page.locator(`[data-testid=attribute][data-key="${key}"]`);

  test.each(COLOUR_SCHEMES)('is accessible in the theme %s, and shows hostile text as text', async (theme) => {
    const page = await app.open(`/trace/${TRACE}?span=a1`, { theme, height: 1400 });
    await panelOf(page);
    await screenshot(page, `span-${theme}`);
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0);
    const address = attribute(page, 'url.full').getByRole('link', { name: /new tab/ });
    expect(await address.getAttribute('rel')).toBe('noopener noreferrer');
  });

  test('groups attributes by namespace, finds in all of them, and searches by one', async () => {
    const page = await app.open(`/trace/${TRACE}?span=a1`);
    const panel = await panelOf(page);
    await panel.getByRole('heading', { name: 'http', exact: true }).waitFor();
    await page.getByTestId('attribute-filter').fill('route');
    await expect.poll(() => attribute(page, 'http.response.status_code').count()).toBe(0);
    expect(await attribute(page, 'http.route').textContent()).toContain('/checkout');
    // Kept for the next span.
    await page.getByTestId('span-row').nth(1).click();
    expect(await page.getByTestId('attribute-filter').inputValue()).toBe('route');
    await page.getByTestId('span-row').nth(0).click();
    await attribute(page, 'http.route').hover();
    await attribute(page, 'http.route')
      .getByRole('link', { name: /Search traces/ })
      .click();
    await page.getByTestId('result').first().waitFor();
    expect(new URL(page.url()).searchParams.get('tags')).toBe('http.route=/checkout');
    expect(await page.getByTestId('result').count()).toBe(1);
  });

  test('lays out SQL, JSON and stack traces; the raw text is a click away', async () => {
    const page = await app.open(`/trace/${TRACE}?span=a2`);
    await panelOf(page, 'a2');
    const sql = attribute(page, 'db.query.text');
    expect(await sql.getByTestId('attribute-value').innerText()).toMatch(/\nFROM customers c\nLEFT JOIN orders o/);
    await sql.hover();
    await sql.getByRole('button', { name: 'Raw' }).click();
    expect(await sql.getByTestId('raw-value').innerText()).toBe(SQL);

    await page.getByTestId('span-row').nth(0).click();
    expect(await attribute(page, 'body.json').getByTestId('attribute-value').innerText()).toContain('"amount": 12.50,');
    const stack = page.getByTestId('stack-trace');
    expect(await stack.getByTestId('stack-frame').count()).toBe(2);
    await stack.getByRole('button', { name: '2 library frames' }).press('Enter');
    expect(await stack.getByTestId('stack-frame').count()).toBe(4);
    expect(await stack.innerText()).toContain('Caused by');
  });

  test('links and marks of events lead where they say, by keyboard too', async () => {
    const page = await app.open(`/trace/${TRACE}?span=a1`);
    const panel = await panelOf(page);
    await panel.getByRole('button', { name: /^exception at 900/ }).press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('exception');
    await panel.getByTestId('span-link').nth(1).getByRole('link').press('Enter');
    await page.waitForURL(/span=0*a2/);
    // The other end of the link, in the same trace.
    await panel.getByTestId('back-link').getByRole('button').press('Enter');
    await page.waitForURL(/span=0*a1/);
    await panel.getByTestId('span-link').nth(0).getByRole('link').press('Enter');
    await page.waitForURL(new RegExp(LINKED));
    await page.getByTestId('span-row').first().waitFor();
    // And back: whoever links to the span is found.
    await panel.getByTestId('back-link').getByRole('link').click();
    await page.waitForURL(new RegExp(TRACE));
  });

  test('a call to a model is a conversation with tokens and, where there are prices, its cost', async () => {
    const page = await app.open('/nothing-yet');
    app.takeProblems();
    const prices = { 'gpt-5': { input: 1.25, output: 10 } };
    let settings: object = { logs_link: null, gen_ai_prices: {}, gen_ai_currency: 'USD' };
    await page.route('**/v1/ui-settings', (route) => route.fulfill({ json: settings }));
    await page.goto(`${app.url}/trace/${AGENT}?span=e2`);
    await page.getByTestId('gen-ai').waitFor();
    const messages = page.getByTestId('gen-ai-message');
    expect(await messages.evaluateAll((all) => all.map((each) => each.querySelector('b')?.textContent))).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
    expect(await messages.first().innerText()).toContain(EVIL);
    expect(await messages.nth(1).innerText()).toContain('lookup');
    expect(await page.getByTestId('gen-ai').innerText()).toContain('4,000');
    expect(await page.getByTestId('gen-ai').innerText()).not.toContain('Cost');
    expect(await page.getByTestId('logs-link').count()).toBe(0);

    settings = {
      logs_link: 'https://logs.example/?q={trace_id}&s={service}',
      gen_ai_prices: prices,
      gen_ai_currency: 'USD',
    };
    await page.reload();
    await page.getByTestId('gen-ai').getByText('$0.01', { exact: true }).waitFor();
    expect(await page.getByTestId('logs-link').getAttribute('href')).toBe(
      `https://logs.example/?q=${AGENT}&s=checkout`,
    );
    await screenshot(page, 'span-gen-ai');
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await page.getByTestId('span-row').first().click();
    expect(await page.getByTestId('gen-ai-sums').innerText()).toContain('1 call · 4,000 tokens in, 500 out · $0.01');
  });

  test('the raw view is the trace, or the selected span, as OTLP JSON', async () => {
    const page = await app.open(`/trace/${TRACE}?span=a2&view=raw`);
    const raw = page.getByTestId('raw-view');
    await raw.getByText('"resourceSpans"').waitFor();
    await screenshot(page, 'span-raw');
    expect(await axeViolations(page)).toEqual([]);
    // Only the lines in sight are in the page; the rest is scrolled to.
    const text = raw.getByRole('region', { name: 'Text' });
    const [inSight, whole] = await text.evaluate((element) => [element.clientHeight, element.scrollHeight] as const);
    expect(inSight).toBeLessThan(700);
    expect(whole).toBeGreaterThan(inSight);
    await text.focus();
    await page.keyboard.press('End');
    await raw.getByText('"SELECT customers"').waitFor();
    await raw.getByRole('button', { name: 'Selected span' }).click();
    await raw.getByText('"SELECT customers"').waitFor();
    expect(await raw.getByText('"POST /checkout"').count()).toBe(0);
  });

  test('a trace saved as HTML opens from disk: waterfall, find, details, nothing from anywhere', async () => {
    const page = await app.open(`/trace/${TRACE}`);
    await page.getByTestId('download').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('download-html').click()]);
    expect(download.suggestedFilename()).toBe(`trace-${TRACE}.html`);
    const file = join(folder, 'trace.html');
    await download.saveAs(file);
    const html = readFileSync(file, 'utf8');
    expect(html).not.toContain('onerror="window.hacked');
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);

    const saved = await page.context().newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    saved.on('request', (request) => requests.push(request.url()));
    saved.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    saved.on('pageerror', (error) => problems.push(error.message));
    await saved.goto(pathToFileURL(file).href);
    await expect.poll(() => saved.getByTestId('span-row').count()).toBe(2);
    await saved.getByTestId('find').fill('customers');
    await expect.poll(() => saved.getByTestId('find-count').textContent()).toContain('1');
    await saved.getByTestId('span-row').nth(1).click();
    await saved.getByTestId('span-details').waitFor();
    expect(await attribute(saved, 'db.query.text').innerText()).toContain('LEFT JOIN');
    await expect.poll(() => saved.url()).toMatch(/#\/trace\/\w+\?span=/);
    await saved.reload();
    await saved.getByTestId('span-details').waitFor();
    // What needs a server is not offered.
    expect(await saved.getByTestId('download').count()).toBe(0);
    expect(await saved.getByTestId('tab-insights').count()).toBe(0);
    expect(await saved.evaluate(() => 'hacked' in window)).toBe(false);
    await screenshot(saved, 'span-portable');
    // What workers compute is there, too.
    await saved.getByTestId('tab-graph').click();
    await expect.poll(() => saved.evaluate(() => window.__throughline?.['graph'] !== undefined)).toBe(true);
    expect(requests.filter((url) => !/^(?:file|data|blob):/.test(url))).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('a file of traces is dropped on the page and opens; one that is none says so', async () => {
    const id = 'cc8efff798038103d269b633813fc6cc';
    const zipkin = [
      {
        traceId: id,
        id: '00000000000000c1',
        name: 'get /',
        timestamp: 1_700_000_000_000_000,
        duration: 5_000,
        localEndpoint: { serviceName: 'edge' },
      },
    ];
    const page = await app.open('/search');
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'zipkin.json'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, JSON.stringify(zipkin));
    await page.waitForURL(new RegExp(id));
    await page.getByTestId('span-row').first().waitFor();

    const wrong = join(folder, 'note.txt');
    writeFileSync(wrong, 'no trace');
    await page.getByTestId('upload-input').setInputFiles(wrong);
    await page
      .getByRole('alert')
      .getByText(/none of the formats/)
      .waitFor();
    await screenshot(page, 'span-upload');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('upload-dialog').count()).toBe(0);
    // The browser logs the answer of status 400.
    expect(app.takeProblems()).toHaveLength(1);
  });

  test('below a base path the app finds its files, its API and its traces', async () => {
    await using server = await startThroughline(['--store', 'memory:', '--base-path', '/tools/tracing/']);
    const root = `${server.listen['http'] ?? ''}/tools/tracing`;
    const sent = await fetch(`${root}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(spans(Date.now() / 1000 - 60)),
    });
    expect(sent.status).toBe(200);
    const page = await app.open('/search');
    await page.goto(`${root}/search`);
    await page.getByTestId('result').first().waitFor();
    await page.goto(`${root}/trace/${TRACE}?span=a1`);
    await panelOf(page);
    expect(await page.getByTestId('spans-like-this').getAttribute('href')).toMatch(/^\/tools\/tracing\/search\?/);
    expect(await page.getByTestId('download-html').getAttribute('href')).toMatch(/^\/tools\/tracing\/v1\/traces\//);
    const html = await (await fetch(`${root}/v1/traces/${TRACE}?format=html`)).text();
    expect(html).toContain('application/vnd.throughline.trace');
  });

  test('a trace is shown before the details of its spans, and without those that do not come', async () => {
    const id = 'ee8efff798038103d269b633813fc6ee';
    const start = Date.now() / 1000 - 60;
    const count = 2_100;
    const many = Array.from({ length: count }, (_, n) => ({
      trace_id: id,
      span_id: (n + 1).toString(16),
      ...(n > 0 && { parent_span_id: '1' }),
      name: n === 0 ? 'POST /import' : `row ${n}`,
      service_name: 'importer',
      start_time: start + n / 1000,
      end_time: start + 5,
      attributes: { 'row.number': `number ${n}` },
    }));
    await post(app, '/v1/traces', JSON.stringify(many));
    await using held = await holdDetails(app.url);
    const page = await app.open(BLANK);
    await page.goto(`${held.url}/trace/${id}?span=2`);
    const panel = page.getByTestId('span-details');
    await panel.getByText('number 1', { exact: true }).waitFor();
    // The last row's details are in the second block.
    await page.goto(`${held.url}/trace/${id}?span=${count.toString(16)}`);
    await panel.getByText('on their way').waitFor();
    await page.getByTestId('find').fill('number 2099');
    await screenshot(page, 'span-details-coming');
    held.breakOff();
    await page.getByTestId('details-failed').waitFor();
    await expect.poll(() => panel.getByText('on their way').count()).toBe(0);
    await panel.getByText('are not here').waitFor();
    expect(await panel.getByText('number 2099', { exact: true }).count()).toBe(0);
    expect(await panel.getByRole('button', { name: /OTLP JSON/ }).count()).toBe(0);
    await panel.getByText('importer').last().waitFor();
    await screenshot(page, 'span-details-missing');
    expect(await axeViolations(page)).toEqual([]);
    // The browser logs the broken connection.
    expect(app.takeProblems().length).toBeGreaterThan(0);

    held.release();
    await page.getByRole('button', { name: 'Try again' }).click();
    await panel.getByText('number 2099', { exact: true }).waitFor();
    await expect.poll(() => page.getByTestId('details-failed').count()).toBe(0);
    await expect.poll(() => page.getByTestId('find-count').textContent()).toContain('1');
  });

  test('embedded, a trace has no shell, stays embedded, and its links open new tabs', async () => {
    const page = await app.open(`/trace/${TRACE}?embed=1&span=a1`);
    const panel = await panelOf(page);
    expect(await page.getByRole('banner').count()).toBe(0);
    expect(await panel.getByTestId('spans-like-this').getAttribute('target')).toBe('_blank');
    expect(await page.getByTestId('open-in-app').getAttribute('href')).toBe(`/trace/${TRACE}`);
    await page.getByTestId('span-row').nth(1).click();
    await page.waitForURL(/span=0*a2/);
    expect(new URL(page.url()).searchParams.get('embed')).toBe('1');
    await screenshot(page, 'span-embed');
  });
});

async function post(app: AppUnderTest, path: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(app.url + path, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
}
