import { useCallback, useSyncExternalStore } from 'react';

/** Whether the element is scrolled away from its top; false while nobody asks. */
export function useIsScrolled(scroller: HTMLElement | null, enabled: boolean): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      if (scroller === null || !enabled) return () => undefined;
      scroller.addEventListener('scroll', onChange, { passive: true });
      return () => scroller.removeEventListener('scroll', onChange);
    },
    [scroller, enabled],
  );
  return useSyncExternalStore(subscribe, () => enabled && scroller !== null && scroller.scrollTop > 0);
}
