import { diag } from '@opentelemetry/api';

/** How long more of the same is only counted before it is told together. */
const TELL_AGAIN_MS = 60_000;

interface Untold {
  spanCount: number;
  message: string | undefined;
}

type Schedule = (task: () => void, delayMs: number) => () => void;

/**
 * Counts lost spans by reason and tells `diag` of them: of the first at once, of more for that reason each minute. So it
 * does of spans that arrived, but with a warning.
 */
export class DroppedSpans {
  readonly counts: Map<string, number> = new Map<string, number>();
  private readonly untold: Map<string, Untold> = new Map<string, Untold>();

  /** `schedule` runs a task after a delay, unless what it returns was called. */
  add(reason: string, spanCount: number, message: string | undefined, schedule: Schedule): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + spanCount);
    this.limit(`dropped: ${reason}`, spanCount, message, schedule);
  }

  warn(exporterName: string, spanCount: number, message: string, schedule: Schedule): void {
    this.limit(`exported with a warning: ${exporterName}`, spanCount, message, schedule);
  }

  private limit(what: string, spanCount: number, message: string | undefined, schedule: Schedule): void {
    const untold = this.untold.get(what);
    if (untold !== undefined) {
      untold.spanCount += spanCount;
      untold.message = message ?? untold.message;
      return;
    }
    tell(what, spanCount, message);
    this.waitAndTell(what, schedule);
  }

  private waitAndTell(what: string, schedule: Schedule): void {
    const untold: Untold = { spanCount: 0, message: undefined };
    this.untold.set(what, untold);
    schedule(() => {
      this.untold.delete(what);
      if (untold.spanCount === 0) return;
      tell(what, untold.spanCount, untold.message);
      this.waitAndTell(what, schedule);
    }, TELL_AGAIN_MS);
  }
}

function tell(what: string, spanCount: number, message: string | undefined): void {
  const spans = spanCount === 1 ? '1 span was' : `${spanCount} spans were`;
  diag.warn(`${spans} ${what}${message === undefined ? '' : ` (${message})`}`);
}
