import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = process.env['THROUGHLINE_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');

/** Whether the recorded traces are there; says so if not. */
export const hasRealData: boolean = existsSync(folder);
if (!hasRealData) console.warn(`SKIPPED: no real traces at ${folder} (set THROUGHLINE_DATA)`);

/** The JSON of a file of recorded traces. */
export function readRealJson(path: string): unknown {
  const bytes = readFileSync(join(folder, path));
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
}
