import type { DetailBlock } from '@throughline/model';
import { describe, expect, it } from 'vitest';

import { runTask } from '../../../src/trace/in-worker/run-task.ts';
import { createTraceTasks, type TaskContext } from '../../../src/trace/in-worker/trace-tasks.ts';
import { columnsOf } from '../columns-of.ts';

const whole = columnsOf([
  { startMs: 0, durationMs: 9, attributes: { tier: 'gold' } },
  { startMs: 1, durationMs: 2, parent: 0, attributes: { tier: 'free' } },
]);

/** A trace whose details come when the test says so. */
function arriving(): { readonly tasks: ReturnType<typeof createTraceTasks>; readonly come: () => void } {
  const detailBlocks: DetailBlock[] = [];
  const ended = Promise.withResolvers<void>();
  return {
    tasks: createTraceTasks({ ...whole, detailBlocks }, ended.promise),
    come: () => {
      detailBlocks.push(...whole.detailBlocks);
      ended.resolve();
    },
  };
}

function context(signal: AbortSignal = new AbortController().signal): TaskContext {
  return { signal, onProgress: () => undefined, pause: () => Promise.resolve() };
}

describe('before the details have come', () => {
  it('what needs none is answered', async () => {
    const { tasks } = arriving();
    expect((await runTask(tasks, 'paths', {}, context())).selfNano).toHaveLength(2);
    const scope = { fromRow: 0, toRow: 2, hidden: undefined };
    const byService = await runTask(tasks, 'statistics', { by: { kind: 'service' }, scope }, context());
    expect(byService).toHaveLength(1);
    const wrong = await runTask(tasks, 'find', { text: '{ statu = error }' }, context());
    expect(wrong.problem?.suggestion).toBe('status');
  });

  it('what needs them waits for them', async () => {
    const { tasks, come } = arriving();
    const names = runTask(tasks, 'attributeNames', {}, context());
    const groups = runTask(tasks, 'groups', { by: { kind: 'attribute', name: 'tier' } }, context());
    const text = runTask(tasks, 'find', { text: 'gold' }, context());
    const query = runTask(tasks, 'find', { text: '{ span.tier = "free" }' }, context());
    come();
    expect(await names).toContain('tier');
    expect((await groups).groups.map(({ label }) => label)).toEqual(['gold', 'free']);
    expect([...(await text).matches]).toEqual([1, 0]);
    expect([...(await query).matches]).toEqual([0, 1]);
  });

  it('what is not wanted any more does not begin', async () => {
    // Their details never come: to begin would throw another error.
    const ended = Promise.withResolvers<void>();
    const tasks = createTraceTasks({ ...whole, detailBlocks: [] }, ended.promise);
    const abort = new AbortController();
    const reason = new Error('another was chosen');
    const names = runTask(tasks, 'attributeNames', {}, context(abort.signal));
    abort.abort(reason);
    ended.resolve();
    await expect(names).rejects.toBe(reason);
  });
});
