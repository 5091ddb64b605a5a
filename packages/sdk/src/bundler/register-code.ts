import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { InstrumentedPackages } from './instrumented-packages.ts';

/** The import that a plugin replaces: in a bundle there is nothing to look for at run time. */
export const REGISTER = '@throughline/sdk/register';

/**
 * What `import '@throughline/sdk/register'` becomes inside a bundle: the same start, with the instrumentations that
 * were installed when the bundle was made.
 */
export function registerCode({ instrumentations }: InstrumentedPackages): string {
  const imports = instrumentations.map(({ name, requiredFrom }, index) => {
    const path = createRequire(join(requiredFrom, 'resolve.cjs')).resolve(name);
    return `import * as package${index} from ${JSON.stringify(path)};\n`;
  });
  const list = instrumentations.map(
    ({ name }, index) => `  { name: ${JSON.stringify(name)}, exports: package${index} },\n`,
  );
  return (
    `import { registerBundled } from '@throughline/sdk/bundled';\n${imports.join('')}` +
    `registerBundled([\n${list.join('')}]);\n`
  );
}
