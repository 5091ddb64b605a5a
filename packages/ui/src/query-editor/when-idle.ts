/** Where a browser does not tell when it has nothing to do. */
const GUESS_MS = 500;

/** Calls it once, when the browser has nothing else to do. Returns how to take that back. */
export function whenIdle(call: () => void): () => void {
  if (typeof window.requestIdleCallback === 'function') {
    const handle = window.requestIdleCallback(() => call());
    return () => window.cancelIdleCallback(handle);
  }
  const timer = setTimeout(call, GUESS_MS);
  return () => clearTimeout(timer);
}
