import { defineConfig } from 'vitest/config';

const conditions = ['throughline-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/test/**/*.test.{ts,tsx}',
      'e2e/**/*.test.ts',
      'bench/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
    ],
    setupFiles: ['scripts/seed-properties.ts'],
    testTimeout: 60_000,
    // What a browser shows comes late where other tests have the processor.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    // Child processes and the embedded engine share two cores.
    maxWorkers: 2,
  },
});
