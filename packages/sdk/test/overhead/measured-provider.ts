import type { IntervalChoice } from '../../src/overhead/countdown.ts';
import { RunningOverheadMonitor } from '../../src/overhead/overhead-monitor.ts';
import type { OverheadPart } from '../../src/overhead/overhead-snapshot.ts';
import { createTracerProvider, type TracerProvider, type TracerProviderOptions } from '../../src/provider.ts';

/** A clock that stands still but for what tests say, and but for `readMs` at each reading. */
export interface TestClock {
  nowMs: number;
  readMs: number;
}

/** Times in tests are multiples of it, in milliseconds, so that they sum up exactly. */
export const TICK: number = 1 / 2048;

export interface MeasuredProvider {
  readonly monitor: RunningOverheadMonitor;
  readonly provider: TracerProvider;
  readonly clock: TestClock;
  /** By part, without those that took none. */
  readonly cpuMs: () => Partial<Record<OverheadPart, number>>;
}

/** Every call is timed unless `chooseInterval` says otherwise. */
export function measuredProvider(
  options: TracerProviderOptions = {},
  chooseInterval: IntervalChoice = () => 1,
): MeasuredProvider {
  const clock: TestClock = { nowMs: 1000, readMs: 0 };
  const monitor = new RunningOverheadMonitor({ clock: () => (clock.nowMs += clock.readMs), chooseInterval });
  const provider = createTracerProvider(options, monitor);
  return {
    monitor,
    provider,
    clock,
    cpuMs: () =>
      Object.fromEntries(
        Object.entries(monitor.snapshot().parts)
          .map(([part, { cpuNano }]) => [part, Math.round(cpuNano / 1e6 / TICK) * TICK] as const)
          .filter(([, ms]) => ms > 0),
      ),
  };
}
