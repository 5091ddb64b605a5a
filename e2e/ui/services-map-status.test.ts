import { expect, test } from 'vitest';
import { describeApp, RECORDED } from './app-under-test.ts';
import { axeViolationsInBothThemes } from './axe.ts';
import { screenshot } from './screenshot.ts';

describeApp('shell, services and map', { shop: true, recorded: true }, (app) => {
  test('the navigation marks where one is and hands the time on', async () => {
    const page = await app.open('/search?since=6h');
    const link = page.getByTestId('navigate-search');
    expect(await link.getAttribute('aria-current')).toBe('page');
    expect(await link.getAttribute('href')).toBe('/search?since=6h');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  test('on a phone the pages are a menu that opens below its button', async () => {
    const page = await app.open('/search', { width: 390, height: 800 });
    await page.getByTestId('result').first().waitFor();
    const link = page.getByTestId('navigate-search');
    expect(await link.isVisible()).toBe(false);
    await page.getByTestId('navigation-toggle').press('Enter');
    expect(await link.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await link.isVisible()).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    // There is room for three columns, whichever one chose elsewhere.
    expect(await page.getByTestId('columns').isVisible()).toBe(false);
    expect(await page.getByTestId('result').first().textContent()).toMatch(/^web \S/);
    await screenshot(page, 'search-phone');
  });

  test('an address that is no page says so', async () => {
    const page = await app.open('/nowhere');
    await page.getByText('There is no such page').waitFor();
    // The document itself came with status 404.
    expect(app.takeProblems()).toHaveLength(1);
  });

  test('the services are accessible in both themes, and every number opens its traces', async () => {
    const page = await app.open('/services');
    const rows = page.getByTestId('service-row');
    await rows.first().waitFor();
    const { groups } = await app.get('/v1/red?by=service&since=1h');
    expect(await rows.count()).toBe(groups.length);
    await page.getByTestId('health').first().press('Enter');
    await page.getByTestId('health-parts').waitFor();
    await screenshot(page, 'services-light');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
    await screenshot(page, 'services-dark');

    const { pathname, searchParams } = new URL(
      (await page.locator('[data-service="payment"]').getByTestId('rate').getAttribute('href')) ?? '',
      app.url,
    );
    expect(pathname).toBe('/search');
    const { traces } = await app.get(`/v1/traces?limit=1000&${searchParams.toString()}`);
    const payment = await app.get('/v1/analysis/services/payment?since=1h');
    expect(traces.length).toBe(payment.trace_count);
  });

  test('health that was not read by the deadline is said to be so, and read when its row is opened', async () => {
    const page = await app.open('/nothing-yet');
    app.takeProblems();
    const message = 'The health of some services was not read: the time was up';
    let isFailing = false;
    await page.route('**/v1/analysis/services?*', async (route) => {
      if (isFailing) return route.fulfill({ status: 400, json: { error: { code: 'too_much', message: 'Too much' } } });
      const answer = await (await route.fetch()).json();
      const services = answer.services.filter(({ service }: { readonly service: string }) => service === 'payment');
      return route.fulfill({ json: { ...answer, services, reasons: [{ code: 'query_timeout', message }] } });
    });
    await page.goto(`${app.url}/services`);
    await page.getByText(message).waitFor();
    const healthOf = (service: string) => page.locator(`[data-service="${service}"]`).getByTestId('health');
    expect(await healthOf('payment').textContent()).toMatch(/\d/);
    expect(await healthOf('cart').textContent()).toBe('Health of cart: not read');
    const count = await page.getByTestId('service-row').count();
    expect(await page.getByText('not read', { exact: true }).count()).toBe(count - 1);
    await screenshot(page, 'services-partial');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
    await healthOf('cart').press('Enter');
    await page.getByTestId('health-parts').waitFor();
    expect(await healthOf('cart').textContent()).toMatch(/\d/);

    isFailing = true;
    await page.goto(`${app.url}/services`);
    const alert = page.getByTestId('health-failed');
    await alert.waitFor();
    expect(await alert.getAttribute('role')).toBe('alert');
    // Requests, errors and durations are there all the same.
    expect(await page.getByTestId('rate').count()).toBe(count);
    expect(await page.getByText('not read', { exact: true }).count()).toBe(count);
    isFailing = false;
    await alert.getByRole('button', { name: 'Try again' }).press('Enter');
    await page.getByText(message).waitFor();
    expect(await alert.count()).toBe(0);
    // The browser logs the answer of status 400.
    expect(app.takeProblems()).toHaveLength(1);
  });

  test('the order and the filter of the services are in the address', async () => {
    const page = await app.open('/services?sort=name');
    const rows = page.getByTestId('service-row');
    await rows.first().waitFor();
    const names = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-service')));
    expect(names).toEqual(names.toSorted((a, b) => (a ?? '').localeCompare(b ?? '')));
    await page.getByTestId('sort-name').click();
    expect(page.url()).toContain('sort=-name');
    expect(await rows.first().getAttribute('data-service')).toBe(names.at(-1));
    await page.getByTestId('service-filter').fill('pay');
    await expect.poll(() => rows.count()).toBe(1);
    expect(page.url()).toContain('filter=pay');
  });

  test('a service is accessible in both themes; its charts show the points of the answer', async () => {
    const page = await app.open('/services/payment');
    await page.getByTestId('critical-path').getByTestId('path-component').first().waitFor();
    await page.getByTestId('operation-row').first().waitFor();
    await page.getByTestId('error-group').first().waitFor();
    await screenshot(page, 'service-light');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
    await screenshot(page, 'service-dark');
    const { points } = await app.get('/v1/analysis/services/payment?since=1h');
    await expect.poll(async () => (await app.drawn(page, 'durations'))?.marks?.length).toBe(1);
    const requests = await app.drawn(page, 'requests');
    expect(requests.marks[0].label).toBe('5.1.0');
    expect(requests.bars[0].bars).toHaveLength(points.length);
    const { deployments } = await app.get('/v1/services/payment/deployments?since=1h');
    expect(await page.getByTestId('version').allTextContents()).toEqual(
      deployments.map(({ version }: { readonly version: string }) => version).toReversed(),
    );
    await page.getByTestId('operation-row').first().getByRole('button').press('Enter');
    await page.getByTestId('operation-chosen').waitFor();
    expect(page.url()).toContain('operation=');
  });

  test('arrow keys and Enter open the traces of a step of a chart', async () => {
    const page = await app.open('/services/payment');
    const steps = page.getByTestId('chart-requests').getByRole('slider');
    await steps.focus();
    await page.keyboard.press('End');
    expect(await steps.getAttribute('aria-valuetext')).toContain('requests');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=.*start_time=/);
  });

  test('the map is accessible in both themes and shows every service and call', async () => {
    const page = await app.open('/map');
    await page.getByTestId('map-node').first().waitFor();
    await screenshot(page, 'map-light');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
    await screenshot(page, 'map-dark');
    const { edges, peers } = await app.get('/v1/analysis/dependencies?since=1h');
    const drawn = await app.drawn(page, 'map');
    expect(drawn.edges).toHaveLength(edges.length + peers.length);
    const ids = new Set(drawn.nodes.map(({ id }: { readonly id: string }) => id));
    for (const { parent, child } of edges) {
      for (const service of [parent, child]) expect(ids).toContain(`service ${service}`);
    }
  });

  test('a click on a box and on an arrow shows its numbers, and these open their traces', async () => {
    const page = await app.open('/map');
    const { nodes, edges } = await app.drawn(page, 'map');
    const canvas = page.getByTestId('map-canvas').locator('canvas');
    const orders = nodes.find(({ id }: { readonly id: string }) => id === 'service orders');
    await canvas.click({ position: { x: orders.x + orders.width / 2, y: orders.y + orders.height / 2 } });
    await expect.poll(() => page.getByTestId('map-chosen').textContent()).toContain('orders');
    expect(page.url()).toContain('node=service+orders');

    const { points } = edges.find(({ id }: { readonly id: string }) => id === 'orders > payment');
    await canvas.click({ position: points[1] });
    await expect.poll(() => page.getByTestId('map-chosen').textContent()).toContain('payment');
    await page.getByTestId('edge-traces').click();
    await page.getByTestId('result').first().waitFor();
    await page.goBack();
    await expect.poll(() => page.getByTestId('map-chosen').textContent()).toContain('payment');
  });

  test('the keyboard alone finds a service on the map, its neighbourhood and its page', async () => {
    const page = await app.open('/map');
    await page.getByTestId('map-node').first().waitFor();
    await page.locator('[data-id="service cart"]').press('Enter');
    await page.getByTestId('map-focus').press('Enter');
    await page.getByTestId('map-neighbourhood').waitFor();
    await expect.poll(async () => (await app.drawn(page, 'map')).nodes.length).toBeLessThan(6);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('map-chosen').count()).toBe(0);
    await page.goBack();
    await page.getByTestId('map-service').press('Enter');
    await page.getByTestId('service-page').waitFor();
    expect(page.url()).toContain('/services/cart');
    // A page that is gone keeps no map.
    expect(await app.drawn(page, 'map')).toBeUndefined();
  });

  test('a time without data offers the time of the data', async () => {
    const page = await app.open('/services?start_time=1000000&end_time=1000600');
    await page.getByTestId('use-data-window').click();
    await page.getByTestId('service-row').first().waitFor();
  });

  test('the status is accessible in both themes and tells what the API tells', async () => {
    const page = await app.open('/status');
    await page.getByTestId('status-facts').waitFor();
    await screenshot(page, 'status-light');
    expect(await axeViolationsInBothThemes(page)).toEqual([]);
    await screenshot(page, 'status-dark');
    const { storage } = await app.get('/v1/status');
    const count = new Intl.NumberFormat('en').format(storage.span_rows);
    expect(await page.getByTestId('status-facts').textContent()).toContain(count);
    await page.getByTestId('data-window').click();
    await page.getByTestId('result').first().waitFor();
  });

  test.each(RECORDED)('services and calls of $name as they were recorded, by keyboard', async ({ window }) => {
    const { groups } = await app.get(`/v1/red?by=service&${window}`);
    expect(groups.length).toBeGreaterThan(3);
    const page = await app.open(`/services?${window}`);
    const rows = page.getByTestId('service-row');
    await expect.poll(() => rows.count()).toBe(groups.length);
    await page.getByTestId('navigate-map').press('Enter');
    const { edges } = await app.get(`/v1/analysis/dependencies?${window}`);
    await expect.poll(async () => (await app.drawn(page, 'map')).edges.length).toBe(edges.length);
    await page.getByTestId('navigate-insights').press('Enter');
    // Too few to say what is usual; and so it says.
    await page.locator('[data-testid=verdict][data-kind=too_few]').waitFor();
    expect(new URL(page.url()).search).toContain(window);
  });
});
