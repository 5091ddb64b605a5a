import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository's root folder. */
export const repository: string = fileURLToPath(new URL('../../..', import.meta.url));
const sdk = join(repository, 'packages/sdk');
const kept = join(repository, 'node_modules/.cache/throughline-sdk');

/** The SDK as npm would publish it. */
export interface PackedSdk {
  readonly tarball: string;
  /** What is in it. */
  readonly folder: string;
}

/**
 * Builds and packs the SDK, unless that was done for the same sources before. Several test files may ask at once: each
 * that finds nothing builds in a folder of its own, and the first one to finish keeps it.
 */
export async function packedSdk(): Promise<PackedSdk> {
  const hash = sourceHash();
  const folder = join(kept, hash);
  if (!existsSync(folder)) {
    const stage = mkdtempSync(join(tmpdir(), 'throughline-sdk-'));
    try {
      await pack(stage);
      mkdirSync(kept, { recursive: true });
      for (const old of globSync('*', { cwd: kept })) {
        // Somebody else may have finished, and use it.
        if (old !== hash) rmSync(join(kept, old), { recursive: true, force: true });
      }
      const moved = mkdtempSync(join(kept, '..', 'throughline-sdk-'));
      cpSync(stage, moved, { recursive: true });
      try {
        renameSync(moved, folder);
      } catch (error) {
        rmSync(moved, { recursive: true, force: true });
        if (!existsSync(folder)) throw error;
      }
    } finally {
      rmSync(stage, { recursive: true, force: true });
    }
  }
  return { tarball: join(folder, 'sdk.tgz'), folder: join(folder, 'package') };
}

/** Makes `sdk.tgz`, and `package` with what is in it. */
async function pack(stage: string): Promise<void> {
  const source = join(stage, 'packages/sdk');
  cpSync(join(repository, 'LICENSE'), join(stage, 'LICENSE'));
  for (const name of ['package.json', 'README.md', 'bin']) {
    cpSync(join(sdk, name), join(source, name), { recursive: true });
  }
  const tsdown = join(sdk, 'node_modules/tsdown/dist/run.mjs');
  const installed = existsSync(tsdown) ? tsdown : join(repository, 'node_modules/tsdown/dist/run.mjs');
  await run(process.execPath, [installed, '--out-dir', join(source, 'dist'), '--logLevel', 'error'], { cwd: sdk });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', stage], { cwd: source });
  // What `npm pack --json` prints; newer ones an object by package name.
  const parsed = JSON.parse(stdout) as readonly { filename: string }[] | Readonly<Record<string, { filename: string }>>;
  const [packed] = Object.values(parsed);
  if (packed === undefined) throw new Error(`npm pack says ${stdout}`);
  renameSync(join(stage, packed.filename), join(stage, 'sdk.tgz'));
  await run('tar', ['-xzf', 'sdk.tgz'], { cwd: stage });
  rmSync(join(stage, 'packages'), { recursive: true });
  rmSync(join(stage, 'LICENSE'));
}

/** Of everything that the build reads. */
function sourceHash(): string {
  const hash = createHash('sha256');
  const files = [
    'sdk/{package.json,README.md,tsdown.config.ts,tsconfig.json}',
    'sdk/bin/*',
    '{sdk,model,wire}/src/**/*.ts',
  ];
  for (const file of globSync(files, { cwd: join(repository, 'packages') }).toSorted()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(repository, 'packages', file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

/** The folder of a package that the repository has installed, to link an application to. */
export function installedPackage(name: string): string {
  for (const folder of ['node_modules', 'packages/sdk/node_modules', 'e2e/node_modules']) {
    const found = join(repository, folder, name);
    if (existsSync(found)) return found;
  }
  throw new Error(`${name} is not installed`);
}
