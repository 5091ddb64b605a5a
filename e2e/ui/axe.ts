import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Rules by name instead of all; the fewer, the sooner. */
type Rules = readonly string[] | undefined;

/**
 * What axe finds against WCAG 2.2 A and AA and its best practices: a line for each element, with the rule. Empty is
 * good. The page's policy forbids foreign scripts; the debugger may evaluate one all the same.
 */
export async function axeViolations(page: Page, rules?: Rules): Promise<readonly string[]> {
  await page.evaluate(source);
  const results = await page.evaluate(
    // The browser has it after the line above.
    (only) => (window as unknown as { readonly axe: Axe }).axe.run(only === undefined ? {} : { runOnly: [...only] }),
    rules,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

interface Axe {
  run(options: RunOptions): Promise<AxeResults>;
}

/** The same in both themes of a page that follows the system, light first; of the dark one only what colours decide. */
export async function axeViolationsInBothThemes(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const light = await axeViolations(page);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await axeViolations(page, COLOUR_RULES);
  return [...light, ...dark.map((violation) => `dark: ${violation}`)];
}

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
