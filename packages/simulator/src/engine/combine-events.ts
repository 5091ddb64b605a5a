import { type Listener, SimEvent } from './sim-event.ts';

/** Happens with the first of the events, and is that event; fails if that one failed. The others are left alone. */
export function anyOf(events: readonly SimEvent<unknown>[]): SimEvent<SimEvent<unknown>> {
  const any = new SimEvent<SimEvent<unknown>>();
  const settled = events.find((event) => !event.isPending);
  if (settled !== undefined) {
    settle(any, settled, settled);
    return any;
  }
  const listener: Listener = {
    eventHappened: (event) => {
      for (const other of events) if (other !== event) other.removeListener(listener);
      settle(any, event, event);
    },
  };
  for (const event of events) event.addListener(listener);
  return any;
}

/** Happens when all have, at once if there are none; fails as soon as one does. */
export function allOf(events: readonly SimEvent<unknown>[]): SimEvent<void> {
  const all = new SimEvent<void>();
  const failed = events.find((event) => event.hasFailed);
  const pending = events.filter((event) => event.isPending);
  if (failed !== undefined) all.fail(failed.error);
  else if (pending.length === 0) all.succeed();
  else {
    let missing = pending.length;
    const listener: Listener = {
      eventHappened: (event) => {
        missing--;
        if (!all.isPending) return;
        if (event.hasFailed) all.fail(event.error);
        else if (missing === 0) all.succeed();
      },
    };
    for (const event of pending) event.addListener(listener);
  }
  return all;
}

function settle<T>(target: SimEvent<T>, source: SimEvent<unknown>, value: T): void {
  if (source.hasFailed) target.fail(source.error);
  else target.succeed(value);
}
