import { expect, test } from 'vitest';
import { COLOUR_SCHEMES, describeApp } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { screenshot } from './screenshot.ts';

describeApp('the shell', { shop: true }, (app) => {
  test.each(COLOUR_SCHEMES)('is accessible in the theme %s', async (theme) => {
    const page = await app.open('/search', { theme });
    await page.getByTestId('result').first().waitFor();
    await screenshot(page, `search-${theme}`);
    expect(await axeViolations(page)).toEqual([]);
  });

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
    await screenshot(page, 'search-phone');
  });

  test('an address that is no page says so', async () => {
    const page = await app.open('/nowhere');
    await page.getByText('There is no such page').waitFor();
    // The document itself came with status 404.
    expect(app.takeProblems()).toHaveLength(1);
  });
});
