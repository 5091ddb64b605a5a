import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Writes `NAME.png` into the folder that `UI_SCREENSHOTS` names; without it does nothing. For eyes, not for tests. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['UI_SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
