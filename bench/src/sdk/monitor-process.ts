// A process of its own: what the overhead monitor adds, in short turns of two providers that live side by side.
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resolveTracingConfig } from '@throughline/sdk';
import { AsyncContextManager } from '../../../packages/sdk/src/context/async-context-manager.ts';
import { deliveringExporter, type Transport } from '../../../packages/sdk/src/export/delivering-exporter.ts';
import { otlpOverHttp } from '../../../packages/sdk/src/export/otlp-http-exporter.ts';
import {
  type IntervalChoice,
  randomInterval,
  RUNS_OF_CALLS,
  SINGLE_SECTIONS,
} from '../../../packages/sdk/src/overhead/countdown.ts';
import { type OverheadMonitor, RunningOverheadMonitor } from '../../../packages/sdk/src/overhead/overhead-monitor.ts';
import { globalPropagator } from '../../../packages/sdk/src/propagation/global-propagator.ts';
import { propagatorsOfConfig } from '../../../packages/sdk/src/propagation/propagators-of-config.ts';
import { createTracerProvider } from '../../../packages/sdk/src/provider.ts';
import { neverSampler } from '../../../packages/sdk/src/sampling/constant-samplers.ts';
import { parentBasedSampler } from '../../../packages/sdk/src/sampling/parent-based-sampler.ts';
import { type GlobalParts, registerGlobals } from '../../../packages/sdk/src/start/register-globals.ts';
import { answerCalls } from '../measured/answer-calls.ts';
import { cpuSince, cpuTime } from '../measured/cpu-time.ts';
import { exportsUnderWay } from '../subjects/exports-under-way.ts';
import { countedExporter } from '../subjects/ours.ts';
import type { Subject } from '../subjects/subject.ts';
import { isAsyncOperation, operationOf } from './operations.ts';
import type { Scenario } from './scenarios.ts';
import { spanStringsMaker } from './workload.ts';

/** What is done in a turn, and how often. */
export interface MonitoredOperations extends Pick<Scenario, 'operation' | 'sampledOut'> {
  readonly operationCount: number;
  /** Which of the two is made first: they are not treated alike. */
  readonly isMonitoredFirst: boolean;
  /** As the monitor chooses after millions of calls of a kind: it times the first ones more often. */
  readonly isSteady: boolean;
}

export interface MonitorCalls {
  start(operations: MonitoredOperations): Promise<void>;
  /** CPU with the monitor over CPU without it, so many times. */
  ratios(count: number): Promise<readonly number[]>;
  /** CPU of all parts as the monitor tells it over that of the process, in so many turns with it. */
  toldRatio(turns: number): Promise<number>;
  /** Turns that were taken so far, and spans that were exported in them. */
  counts(): { readonly turnCount: number; readonly exportedSpanCount: number };
}

/** Neither queue overflows, also not with four spans each. */
const OPERATIONS_BETWEEN_PAUSES = 256;
/** For the compiler. */
const OPERATIONS_BEFORE = 204_800;
/** At first often, so that what times is compiled. */
let runsBefore = 400;
const steadyInterval: IntervalChoice = (mean) => {
  if (mean <= SINGLE_SECTIONS.maxMeanInterval) return randomInterval(mean);
  return randomInterval(runsBefore-- > 0 ? 256 : RUNS_OF_CALLS.maxMeanInterval);
};

let exportedSpanCount = 0;
/** Of both: all that an export does here, but for the network. */
const transport: Transport = {
  name: 'nowhere',
  encode: otlpOverHttp('http://localhost').encode,
  send: async (_bytes, _signal, spanCount) => {
    exportedSpanCount += spanCount;
    return { kind: 'accepted', rejectedCount: 0, message: '' };
  },
  close: () => {},
};

/** Does the operations; returns the CPU that took, in nanoseconds. */
type Turn = () => Promise<number>;

interface Measured {
  readonly take: Turn;
  readonly monitor: OverheadMonitor | undefined;
}

let measured: { readonly on: Measured; readonly off: Measured } | undefined;
let turnCount = 0;

/** `startTracing` runs once in a process; this is what it makes of `overhead`, twice. */
function measuredOf(operations: MonitoredOperations, hasMonitor: boolean): Measured {
  const { operation: name, sampledOut, operationCount, isSteady } = operations;
  const options = isSteady ? { chooseInterval: steadyInterval } : {};
  const monitor = hasMonitor ? new RunningOverheadMonitor(options) : undefined;
  const underWay = exportsUnderWay();
  const provider = createTracerProvider(
    {
      exporters: [countedExporter(deliveringExporter(transport, {}), underWay)],
      ...(sampledOut === true ? { sampler: parentBasedSampler({ root: neverSampler() }) } : {}),
    },
    monitor,
  );
  const { propagation: settings } = resolveTracingConfig({}, { environment: {} });
  const globals: GlobalParts = {
    tracerProvider: undefined,
    contextManager: new AsyncContextManager(monitor?.meter),
    propagator: globalPropagator(propagatorsOfConfig(settings, monitor?.meter)),
  };
  const subject: Subject = {
    kind: 'opentelemetry',
    api: { context, propagation, trace, rootContext: ROOT_CONTEXT },
    tracer: provider.getTracer('measured', '1.0.0'),
    settle: () => underWay.settle(),
    flush: () => provider.forceFlush(),
    dropped: () => [...provider.dropped.values()].reduce((sum, count) => sum + count, 0),
  };
  const unregister = registerGlobals(globals);
  const operation = operationOf(name, subject);
  unregister();
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  const strings = name === 'span-10' ? spanStringsMaker(false)(operationCount) : [];
  const isAsync = isAsyncOperation(name);
  const pauseEvery = sampledOut === true ? operationCount : OPERATIONS_BETWEEN_PAUSES;
  const take = async (): Promise<number> => {
    turnCount++;
    const unregisterTurn = registerGlobals(globals);
    const before = cpuTime();
    for (let at = 0; at < operationCount;) {
      const end = Math.min(at + pauseEvery, operationCount);
      if (isAsync) for (; at < end; at++) await operation(at, strings);
      else for (; at < end; at++) void operation(at, strings);
      await subject.settle();
    }
    await subject.flush();
    const { processNs } = cpuSince(before);
    unregisterTurn();
    if (subject.dropped() > 0) throw new Error(`${subject.dropped()} spans were dropped`);
    return processNs;
  };
  return { take, monitor };
}

function toldNs(monitor: OverheadMonitor): number {
  return Object.values(monitor.snapshot().parts).reduce((sum, { cpuNano }) => sum + cpuNano, 0);
}

answerCalls<MonitorCalls>({
  start: async (operations) => {
    const { isMonitoredFirst } = operations;
    const first = measuredOf(operations, isMonitoredFirst);
    const second = measuredOf(operations, !isMonitoredFirst);
    measured = isMonitoredFirst ? { on: first, off: second } : { on: second, off: first };
    for (let done = 0; done < OPERATIONS_BEFORE; done += operations.operationCount) {
      await first.take();
      await second.take();
    }
  },
  ratios: async (count) => {
    if (measured === undefined) throw new Error('nothing was started');
    const { on, off } = measured;
    const ratios: number[] = [];
    for (let i = 0; i < count; i++) {
      // Drawn, because collections of garbage have a rhythm of their own.
      const [outer, inner] = Math.random() < 0.5 ? [on, off] : [off, on];
      let outerNs = await outer.take();
      const innerNs = (await inner.take()) + (await inner.take());
      outerNs += await outer.take();
      ratios.push(outer === on ? outerNs / innerNs : innerNs / outerNs);
    }
    return ratios;
  },
  toldRatio: async (turns) => {
    const { take, monitor } = measured?.on ?? {};
    if (take === undefined || monitor === undefined) throw new Error('nothing was started');
    const toldBefore = toldNs(monitor);
    let processNs = 0;
    for (let i = 0; i < turns; i++) processNs += await take();
    return (toldNs(monitor) - toldBefore) / processNs;
  },
  counts: () => ({ turnCount, exportedSpanCount }),
});
