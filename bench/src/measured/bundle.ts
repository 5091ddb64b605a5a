import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** In this package, so that what is not bundled resolves from it. */
const folder: string = fileURLToPath(new URL('../../results/bundles/', import.meta.url));

/**
 * Bundles a program of this package as the SDK is published: model and wire inlined, plain JavaScript, so that older
 * releases of Node run it, too. Resolves with the file.
 */
export async function bundleProgram(name: string, source: URL): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['throughline-source'],
    external: ['@opentelemetry/*'],
    logLevel: 'warning',
  });
  return outfile;
}
