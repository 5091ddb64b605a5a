import { CodedError, type SpanBatch } from '@throughline/model';
import { columnsFromSpans } from '@throughline/wire';
import { expect, it, vi } from 'vitest';
import { GroupCommit } from '../../src/chdb/group-commit.ts';
import { spanId, spanOf } from '../../testing/sample-spans.ts';

function batchOf(spanCount: number): SpanBatch {
  const spans = Array.from({ length: spanCount }, (_, i) => spanOf({ spanId: spanId(i + 1) }));
  return { tenant: 't', columns: columnsFromSpans({ spans, rejected: {} }) };
}

/** A commit whose inserts end when the test says so. */
function controlled(limits: { rows?: number; bytes?: number; burst?: number; intervalMs?: number } = {}) {
  const inserts: { readonly rowCount: number; readonly end: (error?: unknown) => void }[] = [];
  let notify: () => void = () => undefined;
  const commit = new GroupCommit({
    maxPendingRowCount: limits.rows ?? 1000,
    maxPendingBytes: limits.bytes ?? 1e9,
    ampleRowCount: 4_000,
    insertBurst: limits.burst ?? 1,
    insertIntervalMs: limits.intervalMs ?? 0,
    hashSeed: 1,
    insert: (block) =>
      new Promise((resolve, reject) => {
        const end = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
        inserts.push({ rowCount: block.rowCount, end });
        notify();
      }),
  });
  const started = async (count: number): Promise<void> => {
    while (inserts.length < count) await new Promise<void>((resolve) => (notify = resolve));
  };
  return { commit, inserts, started };
}

it('inserts at once, and gathers what comes meanwhile into one insert', async () => {
  const { commit, inserts, started } = controlled();
  const first = commit.write(batchOf(1));
  await started(1);
  const rest = [commit.write(batchOf(2)), commit.write(batchOf(3))];
  inserts[0]?.end();
  await first;
  await started(2);
  inserts[1]?.end();
  await Promise.all(rest);
  expect(inserts.map(({ rowCount }) => rowCount)).toEqual([1, 5]);
});

it('takes rows up to the limit and refuses one more, which may be tried again', async () => {
  const { commit, inserts, started } = controlled({ rows: 3 });
  const first = commit.write(batchOf(1));
  await started(1);
  const taken = [commit.write(batchOf(1)), commit.write(batchOf(2))];
  await expect(commit.write(batchOf(1))).rejects.toMatchObject({
    code: 'overloaded',
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  inserts[0]?.end();
  await started(2);
  const later = commit.write(batchOf(1));
  inserts[1]?.end();
  await started(3);
  inserts[2]?.end();
  await Promise.all([first, ...taken, later]);
  expect(inserts.map(({ rowCount }) => rowCount)).toEqual([1, 3, 1]);
});

it('takes a batch larger than the limits if nothing else waits', async () => {
  const { commit, inserts, started } = controlled({ rows: 3, bytes: 10 });
  const large = commit.write(batchOf(9));
  await expect(commit.write(batchOf(1))).rejects.toMatchObject({ code: 'overloaded' });
  await started(1);
  inserts[0]?.end();
  await large;
});

it('fails the batches of a failed insert and no others', async () => {
  const { commit, inserts, started } = controlled();
  const failing = commit.write(batchOf(1));
  const alsoFailing = commit.write(batchOf(1));
  await started(1);
  const fine = commit.write(batchOf(1));
  const error = new CodedError('disk_full', 'full', { retryable: true });
  inserts[0]?.end(error);
  await expect(failing).rejects.toBe(error);
  await expect(alsoFailing).rejects.toBe(error);
  await started(2);
  inserts[1]?.end();
  await fine;
});

it('stores what it took before it closes', async () => {
  const { commit, inserts, started } = controlled();
  const first = commit.write(batchOf(1));
  await started(1);
  const second = commit.write(batchOf(1));
  const closed = commit.close();
  await expect(commit.write(batchOf(1))).rejects.toMatchObject({ code: 'closed' });
  inserts[0]?.end();
  await started(2);
  inserts[1]?.end();
  await Promise.all([first, second, closed]);
});

it('starts a burst of small inserts at once and gathers what comes beyond it until there is enough', async () => {
  const { commit, inserts, started } = controlled({ rows: 10_000, burst: 2, intervalMs: 3_600_000 });
  for (const count of [1, 2]) {
    const write = commit.write(batchOf(1));
    await started(count);
    inserts[count - 1]?.end();
    await write;
  }
  const gathered = [commit.write(batchOf(1)), commit.write(batchOf(1))];
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(inserts).toHaveLength(2);
  gathered.push(commit.write(batchOf(4_000)));
  await started(3);
  inserts[2]?.end();
  await Promise.all(gathered);
  expect(inserts.map(({ rowCount }) => rowCount)).toEqual([1, 1, 4_002]);
});

it('does not keep a gathered batch from being stored when it closes', async () => {
  const { commit, inserts, started } = controlled({ burst: 1, intervalMs: 3_600_000 });
  const first = commit.write(batchOf(1));
  await started(1);
  inserts[0]?.end();
  await first;
  const second = commit.write(batchOf(1));
  const closed = commit.close();
  await started(2);
  inserts[1]?.end();
  await Promise.all([second, closed]);
});

it('waits after a large insert while more keeps coming, no longer than that insert took', async () => {
  vi.useFakeTimers();
  try {
    const { commit, inserts } = controlled({ rows: 100_000 });
    // Of setImmediate and promises, nothing of time.
    const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
    const writes = [commit.write(batchOf(3_999)), commit.write(batchOf(1))];
    await settle();
    await vi.advanceTimersByTimeAsync(300);
    inserts[0]?.end();
    await settle();
    writes.push(commit.write(batchOf(2)));
    await vi.advanceTimersByTimeAsync(19);
    writes.push(commit.write(batchOf(3)));
    await vi.advanceTimersByTimeAsync(20);
    expect(inserts.map(({ rowCount }) => rowCount)).toEqual([4_000]);
    await vi.advanceTimersByTimeAsync(1);
    expect(inserts.map(({ rowCount }) => rowCount)).toEqual([4_000, 5]);
    inserts[1]?.end();
    await Promise.all(writes);

    // A small insert came before this one.
    const last = commit.write(batchOf(1));
    await settle();
    expect(inserts).toHaveLength(3);
    inserts[2]?.end();
    await last;
  } finally {
    vi.useRealTimers();
  }
});

it('inserts what it has gathered when it has waited as long as the insert before took', async () => {
  vi.useFakeTimers();
  try {
    const { commit, inserts } = controlled({ rows: 100_000 });
    const writes = [commit.write(batchOf(4_000))];
    await vi.advanceTimersByTimeAsync(50);
    inserts[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    for (let step = 0; step < 10; step++) {
      writes.push(commit.write(batchOf(1)));
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(inserts.length).toBeGreaterThan(1);
    expect(inserts[1]?.rowCount).toBeLessThan(10);
    inserts[1]?.end();
    await vi.advanceTimersByTimeAsync(2_000);
    inserts[2]?.end();
    await Promise.all(writes);
  } finally {
    vi.useRealTimers();
  }
});
