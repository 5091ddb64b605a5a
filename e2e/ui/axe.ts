import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/**
 * What axe finds against WCAG 2.2 A and AA and its best practices: a line for each element, with the rule. Empty is
 * good. The page's policy forbids foreign scripts; the debugger may evaluate one all the same.
 */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  const results = await page.evaluate(
    // The browser has it after the line above.
    () => (window as unknown as { readonly axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** The same in the light theme and in the dark one, of a page that follows the system. */
export async function axeViolationsInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await axeViolations(page)).map((violation) => `${colorScheme}: ${violation}`));
  }
  return found;
}
