import type { Colours } from './terminal.ts';

/** Red is for errors and yellow for warnings, so no service has these. */
const PALETTE = [
  'cyan',
  'green',
  'magenta',
  'blue',
  'cyanBright',
  'greenBright',
  'magentaBright',
  'blueBright',
] as const satisfies readonly (keyof Colours)[];

/** Paints a service's name; the same name has the same colour in every command and every run. */
export function serviceColour(colours: Colours, service: string): (text: string) => string {
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let i = 0; i < service.length; i++) hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193);
  return colours[PALETTE[(hash >>> 0) % PALETTE.length] ?? 'cyan'];
}
