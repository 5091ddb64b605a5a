import { formatDuration } from '@throughline/model';
import { SingleBar } from 'cli-progress';
import { formatCount } from '../terminal/count.ts';

/** A progress bar on stderr. */
export interface SimulateProgress {
  update(nowNano: number, spans: number): void;
  stop(): void;
}

export function startSimulateProgress(isShown: boolean, durationNano: number): SimulateProgress {
  if (!isShown) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: 'simulating  {bar} {percentage}%  {time}  {spans} spans',
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
  });
  bar.start(durationNano, 0, { time: '0s', spans: '0' });
  return {
    update: (nowNano, spans) =>
      bar.update(Math.min(nowNano, durationNano), { time: formatDuration(nowNano), spans: formatCount(spans) }),
    stop: () => bar.stop(),
  };
}
