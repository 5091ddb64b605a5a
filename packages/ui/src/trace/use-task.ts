import { useEffect, useState } from 'react';

import type { TraceView } from './trace-view.ts';
import type { TaskAnswer, TaskName, TaskRequest } from './in-worker/trace-work.ts';

/**
 * The worker's answer to a request; the last one while a newer is on its way, undefined before the first. The request
 * is asked again when it is another object, so callers memoise it.
 */
export function useTask<Name extends TaskName>(
  view: TraceView,
  name: Name,
  request: TaskRequest<Name>,
): TaskAnswer<Name> | undefined {
  const [answer, setAnswer] = useState<TaskAnswer<Name>>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    const abort = new AbortController();
    view.work.run(name, request, { signal: abort.signal }).then(
      (next) => setAnswer(() => next),
      (reason: unknown) => {
        if (!abort.signal.aborted) setFailure(reason);
      },
    );
    return () => abort.abort();
  }, [view, name, request]);
  // A defect: the page's error boundary shows it.
  if (failure !== undefined) throw failure;
  return answer;
}
