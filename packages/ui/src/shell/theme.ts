import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark' | 'system';

/** Read by `public/theme.js` before the first paint. */
const STORAGE_KEY = 'throughline.theme';

const listeners = new Set<() => void>();
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
systemDark.addEventListener('change', notify);

function notify(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function currentTheme(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  notify();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}

/** Changes whenever colours do; canvases redraw on it. */
export function useAppearance(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => {
    const theme = currentTheme();
    return theme === 'system' ? (systemDark.matches ? 'dark' : 'light') : theme;
  });
}
