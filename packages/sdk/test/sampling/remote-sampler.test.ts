import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { alwaysSampler, neverSampler } from '../../src/sampling/constant-samplers.ts';
import { remoteSampler, type RemoteSamplerOptions } from '../../src/sampling/remote-sampler.ts';
import { toldFailures } from '../told-failures.ts';

type Reply = () => Response | Promise<Response>;

const strategy =
  (samplingRate: number): Reply =>
  () =>
    Response.json({ probabilisticSampling: { samplingRate } });

/** Polls when told; answers with the replies, the last one again and again. */
function polled(replies: readonly Reply[], options: Partial<RemoteSamplerOptions> = {}) {
  const waits: number[] = [];
  const urls: string[] = [];
  let next: (() => void) | undefined;
  let scheduled = Promise.withResolvers<void>();
  const sampler = remoteSampler({
    serviceName: 'a shop',
    pollingIntervalMs: 100,
    initialSampler: neverSampler(),
    random: () => 0.5,
    fetch: async (url) => {
      const reply = replies[Math.min(urls.length, replies.length - 1)];
      urls.push(url);
      if (reply === undefined) throw new Error('no reply');
      return reply();
    },
    schedule: (again, waitMs) => {
      waits.push(waitMs);
      next = again;
      scheduled.resolve();
      return () => {
        next = undefined;
      };
    },
    ...options,
  });
  return {
    sampler,
    waits,
    urls,
    isKept: () => sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 'op', 0, {}, []).decision === 2,
    /** Until the answer has been read and the next poll is planned. */
    settled: () => scheduled.promise,
    pollAgain: async () => {
      scheduled = Promise.withResolvers<void>();
      next?.();
      await scheduled.promise;
    },
  };
}

test('the initial sampler until the first answer, then what the answer says', async () => {
  const { isKept, settled, pollAgain, urls, waits } = polled([strategy(1), strategy(0)]);
  expect(isKept()).toBe(false);
  await settled();
  expect(isKept()).toBe(true);
  await pollAgain();
  expect(isKept()).toBe(false);
  expect(urls).toEqual(Array.from({ length: 2 }, () => 'http://127.0.0.1:5778/sampling?service=a+shop'));
  expect(waits).toEqual([100, 100]);
});

test.each<[string, Reply]>([
  ['an error', () => Promise.reject(new TypeError('fetch failed'))],
  ['a status', () => new Response('busy', { status: 503 })],
  ['no JSON', () => new Response('<html>')],
  ['no strategy', () => Response.json({ strategyType: 'PROBABILISTIC' })],
  ['a rate that is none', () => Response.json({ probabilisticSampling: { samplingRate: 2 } })],
  ['an answer without end', () => new Response(`"${'x'.repeat(4 * 1024 * 1024)}"`)],
])('%s keeps the last strategy and is asked less often, up to the limit', async (_what, reply) => {
  const { isKept, settled, pollAgain, waits } = polled([strategy(1), reply, reply, reply, strategy(0)], {
    maxBackoffMs: 350,
  });
  await settled();
  for (let i = 0; i < 3; i++) await pollAgain();
  expect(isKept()).toBe(true);
  await pollAgain();
  expect(isKept()).toBe(false);
  expect(waits).toEqual([100, 200, 350, 350, 100]);
});

test('waits differ by up to a tenth', async () => {
  for (const [random, waitMs] of [
    [0, 90],
    [1, 110],
  ] as const) {
    const { settled, waits } = polled([strategy(1)], { random: () => random });
    await settled();
    expect(waits[0]).toBeCloseTo(waitMs, 6);
  }
});

test('the same answer keeps its sampler, and with it the state of its bucket', async () => {
  const limited: Reply = () => Response.json({ rateLimitingSampling: { maxTracesPerSecond: 1 } });
  const { isKept, settled, pollAgain } = polled([limited], { nowMs: () => 0 });
  await settled();
  expect([isKept(), isKept()]).toEqual([true, false]);
  await pollAgain();
  expect(isKept()).toBe(false);
});

test('a close ends the request that is under way, and the next ones', async () => {
  const signals: AbortSignal[] = [];
  const asked = Promise.withResolvers<void>();
  const sampler = remoteSampler({
    serviceName: 'shop',
    initialSampler: alwaysSampler(),
    fetch: (_url, { signal }) => {
      signals.push(signal);
      asked.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    },
    schedule: () => {
      throw new Error('planned after the close');
    },
  });
  await asked.promise;
  sampler.close();
  sampler.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(await sampler.poll()).toBe(false);
  expect(signals.length).toBe(1);
});

test('until the first answer it is asked again after a second, then less often', async () => {
  const broken: Reply = () => new Response('busy', { status: 503 });
  const { settled, pollAgain, waits } = polled([broken, broken, broken, strategy(1), broken], {
    pollingIntervalMs: 60_000,
  });
  await settled();
  for (let i = 0; i < 4; i++) await pollAgain();
  expect(waits).toEqual([1000, 2000, 4000, 60_000, 120_000]);
});

test('waits are never longer than a timer can wait', async () => {
  const { settled, waits } = polled([strategy(1)], { pollingIntervalMs: 9_999_999_999, random: () => 1 });
  await settled();
  expect(waits).toEqual([2 ** 31 - 1]);
});

test('an answer without end is read to its limit, then left', async () => {
  let chunkCount = 0;
  const left = Promise.withResolvers<void>();
  const endless: Reply = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          chunkCount++;
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
        cancel: () => left.resolve(),
      }),
    );
  const { settled } = polled([endless]);
  await settled();
  await left.promise;
  expect(chunkCount).toBeLessThan(10);
});

test('failures are told, each kind once until an answer comes', async () => {
  const told = toldFailures();
  const refused: Reply = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
  const busy: Reply = () => new Response('busy', { status: 503 });
  const { settled, pollAgain } = polled(
    [refused, refused, busy, busy, strategy(1), busy, () => new Response('<html>')],
    {
      endpoint: 'http://user:secret@127.0.0.1:5778/sampling',
    },
  );
  await settled();
  for (let i = 0; i < 6; i++) await pollAgain();
  const from = 'Sampling: no strategy from http://127.0.0.1:5778/sampling: ';
  expect(told).toEqual([
    `${from}fetch failed: ECONNREFUSED; the initial sampler decides`,
    `${from}it answered with HTTP 503; the initial sampler decides`,
    `${from}it answered with HTTP 503; the last strategy stays`,
    `${from}its answer is no sampling strategy; the last strategy stays`,
  ]);
});
