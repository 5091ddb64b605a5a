import { SingleBar } from 'cli-progress';
import { formatBytes, formatCount } from '../terminal/count.ts';

/** A progress bar on stderr. */
export interface Progress {
  update(readBytes: number, spans: number): void;
  stop(): void;
}

const NO_PROGRESS: Progress = { update: () => {}, stop: () => {} };

/** `totalBytes` undefined: how much there is to do is not known, and only counts are shown. */
export function startProgress(
  isShown: boolean,
  totalBytes: number | undefined,
  doing: 'importing' | 'reading' = 'importing',
): Progress {
  if (!isShown) return NO_PROGRESS;
  const format =
    totalBytes === undefined
      ? `${doing}  {spans} spans  {read}`
      : `${doing}  {bar} {percentage}%  {spans} spans  {read}`;
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    fps: 10,
    clearOnComplete: true,
    hideCursor: true,
    // Nothing on the screen may outlive an interrupt.
    gracefulExit: true,
  });
  bar.start(totalBytes ?? 1, 0, { spans: '0', read: formatBytes(0) });
  return {
    update: (readBytes, spans) =>
      bar.update(totalBytes === undefined ? 0 : Math.min(readBytes, totalBytes), {
        spans: formatCount(spans),
        read: formatBytes(readBytes),
      }),
    stop: () => bar.stop(),
  };
}
