import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

const conditions = ['throughline-source'];

/** Tests with the embedded engine, which belongs to its process. */
const WITH_ENGINE = [
  'packages/store/test/chdb/**/*.test.ts',
  'packages/query/test/native/{explore/heat-map,analysis/sampled,analysis/performance}.test.ts',
  'packages/throughline/test/up/server-status.test.ts',
];
/** Tests that say something about their process as a whole: its globals, its heap, its end. */
const WITH_PROCESS = [
  'packages/sdk/test/{start,register,published}/**/*.test.ts',
  'packages/sdk/test/overhead/started-tracing.test.ts',
  'bench/test/{sdk,sdk-soak}/**/*.test.ts',
  'e2e/{official-propagators,receiver-trouble,sdk-exporters}.test.ts',
];
const ALONE = [...WITH_ENGINE, ...WITH_PROCESS];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    setupFiles: ['scripts/seed-properties.ts'],
    testTimeout: 60_000,
    // What a browser shows comes late where other tests have the processor.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // On two cores: most of the long tests wait for child processes part of the time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['{packages/*,examples/*,bench}/test/**/*.test.{ts,tsx}', 'e2e/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          // A worker and its imports cost more than most of these tests: a worker takes one file after the other.
          isolate: false,
        },
      },
    ],
  },
});
