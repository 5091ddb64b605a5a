import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationReference } from '../../src/config/reference.ts';

test('docs/configuration.md is what the schema says; scripts/config-reference.ts writes it', () => {
  const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(configurationReference());
});
