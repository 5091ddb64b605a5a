import { expect, it, vi } from 'vitest';

import { receiveDetails } from '../../src/trace/details-arrival.ts';

/** Arrivals that a test lets come. */
function scripted(): {
  readonly arrivals: AsyncGenerator<void, void>;
  readonly come: () => void;
  readonly end: (error?: Error) => void;
} {
  let controller: ReadableStreamDefaultController<null> | undefined;
  const stream = new ReadableStream<null>({ start: (made) => void (controller = made) });
  async function* arrivals(): AsyncGenerator<void, void> {
    for await (const _ of stream) yield;
  }
  return {
    arrivals: arrivals(),
    come: () => controller?.enqueue(null),
    end: (error) => (error === undefined ? controller?.close() : controller?.error(error)),
  };
}

it('tells of each arrival and of the end', async () => {
  const { arrivals, come, end } = scripted();
  const arrival = receiveDetails({ arrivals, giveUpDetails: () => expect.unreachable() }, () => undefined);
  const states: string[] = [];
  const twice = new Promise<void>((resolve) => {
    arrival.subscribe(() => {
      states.push(arrival.state().kind);
      if (states.length === 2) resolve();
    });
  });
  expect(arrival.state().kind).toBe('coming');
  come();
  come();
  await twice;
  end();
  await arrival.ended;
  expect(states).toEqual(['coming', 'coming', 'complete']);
});

it('gives up what is missing when the connection breaks, before it tells', async () => {
  const { arrivals, end } = scripted();
  let givenUp = 0;
  const arrival = receiveDetails({ arrivals, giveUpDetails: () => givenUp++ }, () => undefined);
  const told: number[] = [];
  arrival.subscribe(() => told.push(givenUp));
  const error = new Error('broken');
  end(error);
  await arrival.ended;
  expect(arrival.state()).toEqual({ kind: 'failed', error });
  expect(told).toEqual([1]);
});

it('lets the page have its turn between arrivals, unless nobody sees it', async () => {
  const turns = async (hidden: boolean): Promise<number> => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += 10));
    const timers = vi.spyOn(globalThis, 'setTimeout');
    async function* arrivals(): AsyncGenerator<void, void> {
      for (let i = 0; i < 5; i++) yield;
    }
    await receiveDetails(
      { arrivals: arrivals(), giveUpDetails: () => undefined },
      () => undefined,
      () => hidden,
    ).ended;
    const { length } = timers.mock.calls;
    vi.restoreAllMocks();
    return length;
  };
  expect(await turns(false)).toBe(5);
  expect(await turns(true)).toBe(0);
});
