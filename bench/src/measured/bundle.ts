import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** In this package, so that what is not bundled resolves from it. */
const folder: string = fileURLToPath(new URL('../../results/bundles/', import.meta.url));

/**
 * Bundles a program of this package as the SDK is published: model and wire inlined, plain JavaScript, so that older
 * releases of Node run it, too. Not by esbuild, which turns the constants of modules into variables: V8 does not know
 * what is in them then, and a span takes up to a tenth more. Resolves with the file.
 */
export async function bundleProgram(name: string, source: URL): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mjs`);
  await build({
    input: fileURLToPath(source),
    platform: 'node',
    transform: { target: 'node20' },
    resolve: { conditionNames: ['throughline-source'] },
    external: /^@opentelemetry\//,
    output: { file, format: 'esm', codeSplitting: false },
    logLevel: 'warn',
  });
  return file;
}
