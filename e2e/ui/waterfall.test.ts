import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeApp } from './app-under-test.ts';

const TRACE = '5eed0000000000000000000000000002';
const WAIT = { timeout: 15_000 };
const STEPS = 150;
const start = Math.floor(Date.now() / 1000) - 60;

const idOf = (index: number): string => (index + 1).toString(16).padStart(16, '0');

/** A root and 150 steps with a call each, every step a name of its own: far more rows than a screen has. */
function longTrace(): readonly object[] {
  const span = (index: number, parent: number | undefined, name: string, fromMs: number, lengthMs: number): object => ({
    trace_id: TRACE,
    span_id: idOf(index),
    ...(parent !== undefined && { parent_span_id: idOf(parent) }),
    name,
    service_name: 'batch',
    start_time: start + fromMs / 1000,
    end_time: start + (fromMs + lengthMs) / 1000,
  });
  return [
    span(0, undefined, 'run', 0, 1_000),
    ...Array.from({ length: STEPS }, (_, step) => [
      span(1 + 2 * step, 0, `step ${step}`, step, 4),
      span(2 + 2 * step, 1 + 2 * step, `call ${step}`, step + 1, 2),
    ]).flat(),
  ];
}

describeApp('the rows of the waterfall', {}, (app) => {
  const open = async (search = ''): Promise<Page> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(longTrace());
    expect((await fetch(`${app.url}/v1/traces`, { method: 'POST', headers, body })).status).toBe(200);
    const page = await app.open(`/trace/${TRACE}${search}`);
    await page.getByTestId('span-row').first().waitFor();
    return page;
  };
  /** The name of the span that the keys are on, as a screen reader follows it from the element in focus. */
  const nameInFocus = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      if (document.activeElement?.getAttribute('role') !== 'treegrid' || typeof id !== 'string') {
        return `the focus is on ${document.activeElement?.outerHTML.slice(0, 80) ?? 'nothing'}`;
      }
      return document.getElementById(id)?.querySelector('[title], [class*=name]')?.textContent ?? 'no row';
    });
  const rowNamed = (page: Page, name: string) =>
    page.getByTestId('span-row').filter({ has: page.getByText(name, { exact: true }) });

  test('keys go on from a row that was folded with the pointer, and never stay with its button', async () => {
    const page = await open();
    await rowNamed(page, 'step 3').getByRole('button').click();
    await expect.poll(() => nameInFocus(page), WAIT).toBe('step 3');
    expect(await rowNamed(page, 'step 3').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => nameInFocus(page), WAIT).toBe('step 4');
    // Enter is no press of the button, whose elements may show another span by now.
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`span=${idOf(1 + 2 * 4)}`));
    expect(await rowNamed(page, 'step 4').getAttribute('aria-selected')).toBe('true');
    expect(await rowNamed(page, 'step 3').getAttribute('aria-expanded')).toBe('false');
    // What stands above is folded away together with the span that the keys are on.
    await rowNamed(page, 'run').getByRole('button').click();
    await expect.poll(() => page.getByTestId('span-row').count(), WAIT).toBe(1);
    expect(await nameInFocus(page)).toBe('run');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => nameInFocus(page), WAIT).toBe('step 0');
  });

  test('scrolled far away, rows are other spans, and focus and selection stay with theirs', async () => {
    const page = await open();
    const button = rowNamed(page, 'step 2').getByRole('button');
    await button.focus();
    expect(await nameInFocus(page)).toBe('run');
    await rowNamed(page, 'step 2').click();
    await page.waitForURL(/span=/);
    const grid = page.getByRole('treegrid');
    await grid.evaluate((element) => element.scrollTo(0, 100 * 24));
    await page.getByText('step 50', { exact: true }).waitFor();
    expect(await page.locator('[data-testid=span-row][aria-selected=true]').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('treegrid');
    // The keys go on where they were, which comes back into sight.
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => nameInFocus(page), WAIT).toBe('call 2');
    await page.waitForURL(new RegExp(`span=${idOf(2 + 2 * 2)}`));
    expect(await rowNamed(page, 'call 2').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('End');
    await expect.poll(() => nameInFocus(page), WAIT).toBe(`call ${STEPS - 1}`);
    expect(await page.locator('[data-testid=span-row][aria-selected=true]').count()).toBe(1);
  });

  test('buttons of the panel that go away with its span leave the focus to the rows', async () => {
    const page = await open(`?span=${idOf(1)}`);
    await page.getByRole('button', { name: 'Close details' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(new RegExp(`span=${idOf(2)}`));
    await expect.poll(() => nameInFocus(page), WAIT).toBe('call 0');
    await page.getByRole('button', { name: 'Close details' }).press('Enter');
    await expect.poll(() => page.getByTestId('span-details').count(), WAIT).toBe(0);
    expect(await nameInFocus(page)).toBe('call 0');
  });

  test('a reader hears when each span begins and how long it takes', async () => {
    const page = await open();
    await page.getByRole('treegrid').evaluate((element) => element.scrollTo(0, 100 * 24));
    const shown = rowNamed(page, 'step 50');
    // Once the rows have come to rest.
    await expect.poll(() => shown.textContent(), WAIT).toContain('starts after 50.0 ms');
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const textBelow = (id: string): string => {
      const node = byId.get(id);
      if (node === undefined) return '';
      if (node.role?.value === 'StaticText') return String(node.name?.value);
      return (node.childIds ?? []).map(textBelow).join(' ');
    };
    const rows = nodes.filter(({ role, name }) => role?.value === 'row' && /\bstep 50\b/.test(String(name?.value)));
    expect(rows).toHaveLength(1);
    // Not a label of a cell, which some leave out, but its content.
    expect(textBelow(rows[0]?.nodeId ?? '')).toMatch(/step 50 .*starts after 50\.0 ms, takes 4\.00 ms/);
    const cells = (rows[0]?.childIds ?? [])
      .map((id) => byId.get(id))
      .filter((node) => node?.role?.value === 'gridcell');
    expect(cells).toHaveLength(2);
    // And nobody sees it: what is beside the names is drawn.
    const box = await shown.getByRole('gridcell').nth(1).boundingBox();
    expect(box?.height).toBe(0);
  });
});
