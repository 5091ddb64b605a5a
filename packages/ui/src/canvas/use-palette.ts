import { useMemo } from 'react';

import { useAppearance } from '../shell/theme.ts';
import { type Palette, readPalette } from './palette.ts';

/** The colours for canvases; a new object when the theme changes. */
export function usePalette(): Palette {
  const appearance = useAppearance();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the appearance decides what the tokens resolve to
  return useMemo(() => readPalette(document.body), [appearance]);
}
