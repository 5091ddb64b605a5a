import { fileURLToPath } from 'node:url';
import { type Child, OTHER_CORE, startChild } from './child-process.ts';
import type { SinkCalls } from './sink.ts';

export interface Sink extends AsyncDisposable {
  readonly calls: Child<SinkCalls>;
  readonly port: number;
  readonly origin: string;
}

/** A sink of its own process, beside the one that is measured. `port` 0: one that is free. */
export async function startSink(port = 0): Promise<Sink> {
  const calls = startChild<SinkCalls>(fileURLToPath(new URL('sink.ts', import.meta.url)), { core: OTHER_CORE });
  try {
    const listening = await calls.call('listen', port);
    return {
      calls,
      port: listening,
      origin: `http://127.0.0.1:${listening}`,
      [Symbol.asyncDispose]: () => calls[Symbol.asyncDispose](),
    };
  } catch (error) {
    await calls[Symbol.asyncDispose]();
    throw error;
  }
}

const DELIVERY_MS = 15_000;

/** Nobody looks fast by dropping: `check` throws unless exactly so many spans arrived since `countFrom`. */
export async function countFrom({ calls }: Sink): Promise<{ check(spanCount: number): Promise<void> }> {
  const before = (await calls.call('count')).spans;
  return {
    check: async (spanCount) => {
      const { spans } = await calls.call('countAtLeast', { atLeastSpans: before + spanCount, withinMs: DELIVERY_MS });
      if (spans - before !== spanCount) throw new Error(`${spans - before} of ${spanCount} spans were delivered`);
    },
  };
}
