import { ICON_PATHS, type IconName } from './icon-paths.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** An icon outside React, and how to make it another one. */
export interface IconElement {
  readonly element: SVGSVGElement;
  readonly show: (name: IconName) => void;
}

export function createIcon(first: IconName, size: number): IconElement {
  const element = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    width: size,
    height: size,
    viewBox: '0 0 16 16',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.5,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': true,
  })) {
    element.setAttribute(name, String(value));
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICON_PATHS[first]);
  element.append(path);
  let shown = first;
  return {
    element,
    show: (name) => {
      if (name === shown) return;
      shown = name;
      path.setAttribute('d', ICON_PATHS[name]);
    },
  };
}
