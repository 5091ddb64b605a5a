import { diag } from '@opentelemetry/api';

/** How long further drops for the same reason are only counted before they are told together. */
const TELL_AGAIN_MS = 60_000;

interface Untold {
  spanCount: number;
  message: string | undefined;
}

/** Counts lost spans by reason and tells `diag` of them: of the first at once, of more for that reason each minute. */
export class DroppedSpans {
  readonly counts: Map<string, number> = new Map<string, number>();
  private readonly untold: Map<string, Untold> = new Map<string, Untold>();

  /** `schedule` runs a task after a delay, unless what it returns was called. */
  add(
    reason: string,
    spanCount: number,
    message: string | undefined,
    schedule: (task: () => void, delayMs: number) => () => void,
  ): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + spanCount);
    const untold = this.untold.get(reason);
    if (untold !== undefined) {
      untold.spanCount += spanCount;
      untold.message = message ?? untold.message;
      return;
    }
    tell(reason, spanCount, message);
    this.waitAndTell(reason, schedule);
  }

  private waitAndTell(reason: string, schedule: (task: () => void, delayMs: number) => () => void): void {
    const untold: Untold = { spanCount: 0, message: undefined };
    this.untold.set(reason, untold);
    schedule(() => {
      this.untold.delete(reason);
      if (untold.spanCount === 0) return;
      tell(reason, untold.spanCount, untold.message);
      this.waitAndTell(reason, schedule);
    }, TELL_AGAIN_MS);
  }
}

function tell(reason: string, spanCount: number, message: string | undefined): void {
  const what = spanCount === 1 ? '1 span was' : `${spanCount} spans were`;
  diag.warn(`${what} dropped: ${reason}${message === undefined ? '' : ` (${message})`}`);
}
