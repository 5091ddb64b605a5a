import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FRAME_FILE = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):\d+:\d+\)?$/;

/**
 * The file that called `callee`, relative to the working directory, with forward slashes; undefined where the stack does
 * not say. Reads a stack trace: for once per wrapped function, not once per call.
 */
export function callingModule(callee: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {};
  const before = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = 6;
    Error.captureStackTrace(holder, callee);
  } finally {
    Error.stackTraceLimit = before;
  }
  return moduleOfStack(holder.stack, process.cwd());
}

/** As `callingModule`, of a given V8 stack text. Frames of decorator helpers and of Node itself are passed over. */
export function moduleOfStack(stack: unknown, workingDirectory: string): string | undefined {
  if (typeof stack !== 'string') return undefined;
  for (const line of stack.split('\n')) {
    const file = FRAME_FILE.exec(line.trim())?.[1];
    if (file === undefined || file.includes('/node_modules/tslib/')) continue;
    let path: string;
    try {
      path = file.startsWith('file://') ? fileURLToPath(file) : file;
    } catch {
      continue;
    }
    const shorter = relative(workingDirectory, path);
    return (shorter.startsWith('..') ? path : shorter).split(sep).join('/');
  }
  return undefined;
}
