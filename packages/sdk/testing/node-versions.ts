import { findNode20 } from '../../../scripts/node-20.ts';

const node20 = findNode20();
if (node20 === undefined) {
  console.warn('The SDK is not tested on Node.js 20: "npm ci" installs it, or set THROUGHLINE_NODE_20 to its path.');
}

/** The Node.js of the repository and, where it is there, the oldest that the SDK supports: name and path. */
export const NODE_VERSIONS: readonly (readonly [name: string, path: string])[] = [
  ['Node.js 24', process.execPath],
  ...(node20 === undefined ? [] : [['Node.js 20', node20] as const]),
];
