/** The parts of Chromium's trace events that are read here. Microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Of the duration, what the thread was running: other processes on the same cores are not in it. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface FrameWork {
  /** Main-thread work of each frame, from one animation frame to the next. Milliseconds. */
  readonly workMs: readonly number[];
  /** Share of the display's frames in which none was made. */
  readonly missedShare: number;
}

const FRAME_US = 1_000_000 / 60;

/**
 * How busy the page's main thread was, frame by frame: the time its tasks ran between two animation frames. The page
 * must ask for every frame meanwhile. A frame is missed where two animation frames are further apart than one.
 */
export function frameWork(events: readonly TraceEvent[]): FrameWork {
  const frames = events.filter(({ name }) => name === 'FireAnimationFrame').toSorted((a, b) => a.ts - b.ts);
  const thread = busiestThread(frames);
  const begins = frames.filter((event) => threadOf(event) === thread).map(({ ts }) => ts);
  const tasks = events.filter((event) => event.name === 'RunTask' && threadOf(event) === thread);
  const workMs = begins.slice(1).map(() => 0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = lastAtOrBefore(begins, ts + dur);
    if (frame >= 0 && frame < workMs.length) workMs[frame] = (workMs[frame] ?? 0) + tdur / 1000;
  }
  const [first = 0, last = 0] = [begins[0], begins.at(-1)];
  const due = Math.round((last - first) / FRAME_US);
  return { workMs, missedShare: due <= 0 ? 0 : Math.max(0, 1 - (begins.length - 1) / due) };
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid} ${tid}`;
}

function busiestThread(frames: readonly TraceEvent[]): string {
  const counts = new Map<string, number>();
  for (const frame of frames) counts.set(threadOf(frame), (counts.get(threadOf(frame)) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
