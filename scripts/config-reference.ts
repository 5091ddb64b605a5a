// Writes docs/configuration.md from the configuration's schema:
//   node --conditions=throughline-source scripts/config-reference.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '../packages/throughline/src/config/reference.ts';
import { root } from './run.ts';

writeFileSync(join(root, 'docs/configuration.md'), configurationReference());
