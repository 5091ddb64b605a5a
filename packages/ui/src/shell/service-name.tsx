import type { ReactNode } from 'react';

import controls from '../styles/controls.module.css';
import colourClasses from '../styles/service-colour.module.css';

/** The class that sets `--service-colour`. */
export function serviceColourClass(colour: number): string {
  return colourClasses[`service${colour}`] ?? '';
}

/** The coloured mark of a service. */
export function ServiceDot({ colour }: { readonly colour: number }): ReactNode {
  return <span className={`${controls['dot']} ${serviceColourClass(colour)}`} aria-hidden="true" />;
}
