import type { SpanStore, TimeWindow } from '@throughline/store';
import { windowFrom, type WindowParameters } from './http/parameters.ts';

const HOUR_NANO = 3_600_000_000_000n;

/** The window of an analysis, with both ends. */
export interface AnalysisWindow extends TimeWindow {
  /**
   * Who chose it: the request, or nobody: then it is the last hour, or the last hour of the data where nothing stored is
   * as new as that.
   */
  readonly chosen: 'request' | 'last_hour' | 'last_hour_of_data';
}

export interface WindowSources {
  readonly store: SpanStore;
  readonly tenant: string;
  readonly nowUnixNano: () => bigint;
}

/**
 * The window that the parameters name, or the default one. Open ends are closed by the stored data and the clock, so that
 * a rate is of the time that there is data for.
 *
 * @throws ParameterError when the parameters contradict each other.
 */
export async function analysisWindow(
  parameters: WindowParameters,
  { store, tenant, nowUnixNano }: WindowSources,
): Promise<AnalysisWindow> {
  const asked = windowFrom(parameters, nowUnixNano);
  const now = nowUnixNano();
  if (asked !== undefined && parameters.end_time !== undefined && asked.fromUnixNano > 0n) {
    return { ...asked, chosen: 'request' };
  }
  const { dataWindow } = await store.status(tenant);
  if (asked !== undefined) {
    const end = dataWindow !== undefined && dataWindow.toUnixNano > now ? dataWindow.toUnixNano : now;
    const toUnixNano = parameters.end_time === undefined && end > asked.fromUnixNano ? end : asked.toUnixNano;
    const start = dataWindow?.fromUnixNano ?? 0n;
    const isOpen = asked.fromUnixNano === 0n && start < toUnixNano;
    return { fromUnixNano: isOpen ? start : asked.fromUnixNano, toUnixNano, chosen: 'request' };
  }
  const lastHour = now > HOUR_NANO ? now - HOUR_NANO : 0n;
  // Nothing newer; or clocks ahead of ours, whose spans are the newest.
  if (dataWindow !== undefined && (dataWindow.toUnixNano <= lastHour || dataWindow.toUnixNano > now)) {
    const toUnixNano = dataWindow.toUnixNano;
    const chosen = toUnixNano > now && dataWindow.fromUnixNano < now ? 'last_hour' : 'last_hour_of_data';
    const fromUnixNano = chosen === 'last_hour' ? lastHour : toUnixNano - HOUR_NANO;
    return { fromUnixNano: fromUnixNano < 0n ? 0n : fromUnixNano, toUnixNano, chosen };
  }
  return { fromUnixNano: lastHour, toUnixNano: now, chosen: 'last_hour' };
}

/** Seconds; more than 0. */
export function windowSeconds({ fromUnixNano, toUnixNano }: TimeWindow): number {
  return Number(toUnixNano - fromUnixNano) / 1e9;
}
