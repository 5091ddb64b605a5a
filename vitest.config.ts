import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['throughline-source'];

/** Packages whose tests leave nothing behind in their process. */
const SHARED = 'model|wire|traceql|analysis|simulator|collector|query|ui';
/** Tests of theirs with the embedded engine, which belongs to its process. */
const WITH_ENGINE = 'packages/query/test/native/{explore/heat-map,analysis/sampled,analysis/performance}.test.ts';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['scripts/seed-properties.ts'],
    testTimeout: 60_000,
    // What a browser shows comes late where other tests have the processor.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // Child processes and the embedded engine share two cores.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: [`packages/@(${SHARED})/test/**/*.test.{ts,tsx}`],
          exclude: [...configDefaults.exclude, WITH_ENGINE],
          // A worker and its imports cost more than most of these tests: a worker takes one file after the other.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: [
            `packages/!(${SHARED})/test/**/*.test.{ts,tsx}`,
            WITH_ENGINE,
            'e2e/**/*.test.ts',
            'bench/test/**/*.test.ts',
            'examples/*/test/**/*.test.ts',
          ],
        },
      },
    ],
  },
});
