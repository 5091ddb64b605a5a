import { SERVICE_COLOUR_COUNT } from '../trace/service-colours.ts';
import markClasses from '../styles/mark-colour.module.css';
import { serviceColourClass } from './service-name.tsx';

/** The class that sets `--service-colour` to the colour of a mark (see `canvas/marks.ts`). */
export function markColourClass(mark: number): string {
  return mark < SERVICE_COLOUR_COUNT ? serviceColourClass(mark) : (markClasses[`mark${mark}`] ?? '');
}
