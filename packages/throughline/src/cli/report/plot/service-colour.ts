/** How many colours services have in the page's style. */
const SERVICE_COLOUR_COUNT = 20;

/** The class of a service's colour. */
export type ServiceColours = (service: string) => string;

/** Colours in the order of the names, so that services differ as long as there are colours; the same in every plot. */
export function serviceColours(services: Iterable<string>): ServiceColours {
  const names = [...new Set(services)].toSorted();
  const classes = new Map(names.map((name, index) => [name, `s${index % SERVICE_COLOUR_COUNT}`]));
  return (service) => classes.get(service) ?? 's9';
}
