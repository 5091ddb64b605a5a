import { allOf } from '../engine/combine-events.ts';
import type { Process, Task } from '../engine/simulation.ts';
import { draw } from '../random/distribution.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { Alternative, Step, StepAction } from '../scenario/scenario.ts';
import { drawAttributes } from '../spans/draw-attributes.ts';
import { type Failure, recordException } from '../spans/request-spans.ts';
import { callService } from './call-service.ts';
import { holding } from './connection-pool.ts';
import { doWork } from './do-work.ts';
import { queryDatabase } from './query-database.ts';
import { useCache } from './use-cache.ts';
import { endSpan, type Frame, startChild } from './world.ts';

/** One step after the other, until one fails. */
export function* runSteps(frame: Frame, steps: readonly Step[]): Process<Failure | undefined> {
  for (const step of steps) {
    const failure = yield* runStep(frame, step);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function* runStep(frame: Frame, step: Step): Process<Failure | undefined> {
  const { random } = frame.operation;
  if (!random.chance(step.probability)) return undefined;
  let times = step.repeat === undefined ? 1 : Math.round(draw(step.repeat, random));
  times = frame.world.faults.repeats(step, times, frame);
  for (let i = 0; i < times; i++) {
    const failure = yield* runAction(frame, step.action);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function* runAction(frame: Frame, action: StepAction): Process<Failure | undefined> {
  const { operation, world } = frame;
  switch (action.kind) {
    case 'work':
      yield* doWork(frame, draw(action.duration, operation.random));
      return undefined;
    case 'call':
      return yield* callService(frame, action);
    case 'query':
      return yield* queryDatabase(frame, action);
    case 'cache':
      return yield* useCache(frame, action.cache, action.miss);
    case 'publish': {
      const queue = world.queues.get(action.queue);
      if (queue === undefined) throw new Error(`there is no queue ${action.queue}`);
      return yield* queue.publish(frame, action.name);
    }
    case 'parallel':
      return yield* runParallel(frame, action);
    case 'choose':
      return yield* runSteps(frame, drawAlternative(action.alternatives, operation.random));
    case 'background':
      world.recorder.retain(frame.trace);
      world.simulation.spawn(runBackground(frame, action.steps));
      return undefined;
    case 'sequence':
      return yield* runSteps(frame, action.steps);
    case 'lock':
      return yield* holding(frame, operation.service.lock(action.lock), action.lock, () =>
        runSteps(frame, action.steps),
      );
    case 'span':
      return yield* runSpan(frame, action);
    case 'fail':
      return fail(frame, action);
  }
}

/** All at once, to the end of each; the failure of the first that has one. */
function* runParallel(
  frame: Frame,
  { steps, copies, alongside }: Extract<StepAction, { kind: 'parallel' }>,
): Process<Failure | undefined> {
  const { simulation } = frame.world;
  const open = alongside.map(({ name, spanKind: kind }) =>
    startChild(frame, { name, kind, instrumented: 'application', attributes: new Map() }),
  );
  const count = copies === undefined ? 1 : Math.round(draw(copies, frame.operation.random));
  const tasks: Task<Failure | undefined>[] = [];
  for (let i = 0; i < count; i++) for (const step of steps) tasks.push(simulation.spawn(runStep(frame, step)));
  yield allOf(tasks);
  for (const span of open) endSpan(frame.world, frame.operation.service, span);
  for (const task of tasks) if (task.value !== undefined) return task.value;
  return undefined;
}

function drawAlternative(alternatives: readonly Alternative[], random: RandomStream): readonly Step[] {
  let left = random.next() * alternatives.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, steps } of alternatives) {
    left -= weight;
    if (left < 0) return steps;
  }
  // Rounding can leave a rest.
  return alternatives.findLast(({ weight }) => weight > 0)?.steps ?? [];
}

/** The trace, which was retained for it, goes on as long as it does. */
function* runBackground(frame: Frame, steps: readonly Step[]): Process {
  const { recorder, simulation } = frame.world;
  yield* runSteps(frame, steps);
  recorder.release(frame.trace, simulation.nowNano);
}

function* runSpan(frame: Frame, action: Extract<StepAction, { kind: 'span' }>): Process<Failure | undefined> {
  const { world, operation } = frame;
  const attributes = new Map();
  drawAttributes(action.attributes, attributes, operation.random);
  const span = startChild(frame, {
    name: action.name,
    kind: action.spanKind,
    instrumented: 'application',
    attributes,
  });
  const failure = yield* runSteps(span === undefined ? frame : { ...frame, span, witness: span }, action.steps);
  if (span !== undefined && failure !== undefined) {
    span.attributes.set('error.type', failure.type);
    span.setError(failure.message);
  }
  endSpan(world, operation.service, span);
  return action.isOptional ? undefined : failure;
}

function fail(frame: Frame, action: Extract<StepAction, { kind: 'fail' }>): Failure {
  const { type, message, status, isException } = action;
  const failure = { type, message, status, isException };
  if (isException && frame.span !== undefined) {
    recordException(frame.span, failure, frame.operation.name, frame.world.simulation.nowNano);
  }
  return failure;
}
