import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE_VERSIONS } from '../../../packages/sdk/testing/node-versions.ts';
import { bundleProgram } from '../../src/measured/bundle.ts';
import { type Sink, startSink } from '../../src/measured/sink-process.ts';
import { measureHeap } from '../../src/sdk/measure.ts';
import { type Scenario, scenarios } from '../../src/sdk/scenarios.ts';

let program: string;
let sink: Sink & AsyncDisposable;

beforeAll(async () => {
  program = await bundleProgram('measured-process', new URL('../../src/sdk/measured-process.ts', import.meta.url));
  sink = await startSink();
});
afterAll(() => sink[Symbol.asyncDispose]());

describe.each(NODE_VERSIONS)('%s', (label, executable) => {
  /** The limits are those of the benchmark. Retried, because code that is not yet compiled allocates more. */
  test.for<{ scenario: Scenario; atMost: number }>([
    { scenario: scenarios.noAttributesDiscarded, atMost: 400 },
    { scenario: scenarios.tenAttributes, atMost: 850 },
    { scenario: scenarios.sampledOutRoot, atMost: 128 },
  ])('heap, $scenario.name: at most $atMost bytes', { retry: 2, timeout: 60_000 }, async ({ scenario, atMost }) => {
    const release = { label, executable, officialPeers: '', datadogPeers: undefined };
    const bytes = await measureHeap({ program, release, subject: 'ours', scenario, sink });
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(atMost);
  });
});
