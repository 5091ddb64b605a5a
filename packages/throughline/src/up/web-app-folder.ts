import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the built web app lies; empty before it is built. */
export function webAppFolder(): string {
  return join(dirname(fileURLToPath(import.meta.resolve('@throughline/ui/package.json'))), 'dist');
}
