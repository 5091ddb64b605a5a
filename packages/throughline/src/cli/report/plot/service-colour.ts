/** How many colours services have in the page's style. */
export const SERVICE_COLOUR_COUNT = 10;

/** Class of a service's colour; by the name alone, so that it is the same in every plot and report. */
export function serviceClass(service: string): string {
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let i = 0; i < service.length; i++) hash = Math.imul(hash ^ service.charCodeAt(i), 0x01000193);
  return `s${(hash >>> 0) % SERVICE_COLOUR_COUNT}`;
}
