import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

/**
 * The oldest Node.js that the SDK supports, for tests and benchmarks: `THROUGHLINE_NODE_20`, or the one that `npm ci`
 * installs for e2e (an own copy below e2e, so that its bin never shadows the root's Node.js); undefined if there is none.
 */
export function findNode20(): string | undefined {
  const configured = process.env['THROUGHLINE_NODE_20'];
  if (configured !== undefined && configured !== '') return configured;
  const installed = join(root, 'e2e/node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(installed) ? installed : undefined;
}
