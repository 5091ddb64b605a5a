/** How many `--service-N` tokens there are. */
export const SERVICE_COLOUR_COUNT = 20;

/** FNV-1a over UTF-16 units: the same name has the same colour in every view and session. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Of these the first ones, far apart from each other, are what a service gets as long as there is room. */
const FIRST_CHOICE_COUNT = 10;

/** The colour a service has where it is alone. */
export function preferredColour(service: string): number {
  return hashOf(service) % FIRST_CHOICE_COUNT;
}

/**
 * Colour number by service: the preferred one, or where another service of the set has it already the next free one,
 * three steps at a time so that neighbours in the palette do not meet; beyond ten services their kin, beyond twenty
 * they are shared evenly. Does not depend on the order of `services`.
 */
export function assignServiceColours(services: Iterable<string>): ReadonlyMap<string, number> {
  const names = [...new Set(services)].toSorted();
  const useCounts = new Uint32Array(SERVICE_COLOUR_COUNT);
  const colours = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const tier = Math.floor((index % SERVICE_COLOUR_COUNT) / FIRST_CHOICE_COUNT);
    const allowedUses = Math.floor(index / SERVICE_COLOUR_COUNT);
    let choice = preferredColour(name);
    // 3 and 10 have no common divisor: the walk visits every colour of the tier.
    while ((useCounts[tier * FIRST_CHOICE_COUNT + choice] ?? 0) > allowedUses) {
      choice = (choice + 3) % FIRST_CHOICE_COUNT;
    }
    const colour = tier * FIRST_CHOICE_COUNT + choice;
    useCounts[colour] = (useCounts[colour] ?? 0) + 1;
    colours.set(name, colour);
  }
  return colours;
}
