import type { TaskContext, TraceTasks } from './trace-tasks.ts';
import type { TaskAnswer, TaskName, TaskRequest } from './trace-work.ts';

export async function runTask<Name extends TaskName>(
  tasks: TraceTasks,
  name: Name,
  request: TaskRequest<Name>,
  context: TaskContext,
): Promise<TaskAnswer<Name>> {
  // The name decides request and answer; TypeScript cannot follow that through the union of tasks.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const task = tasks[name] as (request: unknown, context: TaskContext) => TaskAnswer<Name> | Promise<TaskAnswer<Name>>;
  const answer = await task(request, context);
  context.signal.throwIfAborted();
  return answer;
}
