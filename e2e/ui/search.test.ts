import { expect, test } from 'vitest';
import { COLOUR_SCHEMES, describeApp } from './app-under-test.ts';
import { axeViolations } from './axe.ts';
import { screenshot } from './screenshot.ts';

describeApp('the search page', { shop: true }, (app) => {
  test.each(COLOUR_SCHEMES)('is accessible in the theme %s, its editor too', async (theme) => {
    const page = await app.open('/search?service=payment', { theme });
    await page.getByTestId('result').first().waitFor();
    await page.getByRole('textbox', { name: 'Query in TraceQL' }).waitFor();
    await screenshot(page, `search-service-${theme}`);
    expect(await axeViolations(page)).toEqual([]);
  });

  test('a query is written by the keyboard alone, with names and values of the store', async () => {
    const page = await app.open('/search');
    await page.getByTestId('result').first().waitFor();
    await page.keyboard.press('/');
    const query = page.getByTestId('query');
    await page.keyboard.type('{ resource.serv');
    // The popup is the editor's; its first option is chosen with Tab.
    await page.getByRole('option', { name: /resource\.service\.name string/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type(' = pay');
    await page.getByRole('option', { name: '"payment"' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type(' && sta');
    await page
      .getByRole('option', { name: /^status/ })
      .first()
      .waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type(' = error }');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/q=/);
    expect(await query.textContent()).toBe('{ resource.service.name = "payment" && status = error }');
    const asked = encodeURIComponent('{ resource.service.name = "payment" && status = error }');
    const { traces } = await app.get(`/v1/traces?q=${asked}&since=1h&limit=100`);
    await expect.poll(() => page.getByTestId('result-count').textContent()).toContain(`${traces.length} trace`);
    // What the query says stands in the form too.
    expect(await page.getByTestId('service').inputValue()).toBe('payment');
    expect(await page.getByTestId('conditions').textContent()).toContain('status = error');
    await page.getByRole('button', { name: 'Remove status = error' }).click();
    await expect.poll(() => query.textContent()).toBe('{ resource.service.name = "payment" }');
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
    await expect.poll(() => page.getByTestId('search-error').count()).toBe(1);
    // The server refused it; that is all the console may say.
    expect(app.takeProblems()).toHaveLength(1);
  });
});
