import { useSyncExternalStore } from 'react';

/** A value that the browser keeps between visits. What cannot be read is as at first; what cannot be kept lasts the visit. */
export interface Stored<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** `read` makes the value of parsed JSON, whatever that is; undefined where it makes no sense. */
export function createStored<T>(key: string, initial: T, read: (json: unknown) => T | undefined): Stored<T> {
  const listeners = new Set<() => void>();
  let current: T | undefined;
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const load = (): T => {
    try {
      const text = localStorage.getItem(key);
      return (text === null ? undefined : read(JSON.parse(text))) ?? initial;
    } catch {
      return initial;
    }
  };
  const onStorage = (event: StorageEvent): void => {
    if (event.key !== key) return;
    // Another tab wrote it.
    current = undefined;
    notify();
  };
  return {
    get: () => (current ??= load()),
    set: (value) => {
      current = value;
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Without storage, or with a full one, it lasts as long as the page.
      }
      notify();
    },
    subscribe: (listener) => {
      if (listeners.size === 0) window.addEventListener('storage', onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) window.removeEventListener('storage', onStorage);
      };
    },
  };
}

export function useStored<T>(stored: Stored<T>): T {
  return useSyncExternalStore(stored.subscribe, stored.get);
}
