/** The trace that the next one is compared with; lasts as long as the browser's tab. */
const STORAGE_KEY = 'throughline.compare';

const listeners = new Set<() => void>();
let withoutStorage: string | undefined;

export function keptTrace(): string | undefined {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? undefined;
  } catch {
    return withoutStorage;
  }
}

export function keepTrace(traceId: string | undefined): void {
  withoutStorage = traceId;
  try {
    if (traceId === undefined) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, traceId);
  } catch {
    // A storage that is closed or full: the page remembers it by itself.
  }
  for (const listener of listeners) listener();
}

export function subscribeToKept(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
