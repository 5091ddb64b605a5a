import fc from 'fast-check';
import { expect, it } from 'vitest';

import { assignServiceColours, preferredColour, SERVICE_COLOUR_COUNT } from '../../src/trace/service-colours.ts';

const names = fc.uniqueArray(fc.string(), { maxLength: 70 });

it('gives distinct colours as long as there are enough, and shares evenly beyond', () => {
  fc.assert(
    fc.property(names, (services) => {
      const colours = [...assignServiceColours(services).values()];
      expect(colours).toHaveLength(services.length);
      const uses = new Map<number, number>();
      for (const colour of colours) {
        expect(colour).toBeGreaterThanOrEqual(0);
        expect(colour).toBeLessThan(SERVICE_COLOUR_COUNT);
        uses.set(colour, (uses.get(colour) ?? 0) + 1);
      }
      expect(Math.max(0, ...uses.values())).toBeLessThanOrEqual(Math.ceil(services.length / SERVICE_COLOUR_COUNT));
    }),
  );
});

it('does not depend on the order or on repeats', () => {
  fc.assert(
    fc.property(names, (services) => {
      const forwards = assignServiceColours(services);
      const backwards = assignServiceColours([...services.toReversed(), ...services]);
      for (const service of services) expect(backwards.get(service)).toBe(forwards.get(service));
    }),
  );
});

it('keeps a lone service at its preferred colour', () => {
  expect(assignServiceColours(['checkout']).get('checkout')).toBe(preferredColour('checkout'));
});
