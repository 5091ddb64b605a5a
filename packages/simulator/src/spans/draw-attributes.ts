import type { AttributeValue } from '@throughline/model';
import { draw } from '../random/distribution.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { AttributeSpec, AttributeSpecs } from '../scenario/scenario.ts';

/** Adds what a scenario says to the attributes of one span. */
export function drawAttributes(specs: AttributeSpecs, into: Map<string, AttributeValue>, random: RandomStream): void {
  for (const [key, spec] of specs) into.set(key, drawAttribute(spec, random));
}

export function drawAttribute(spec: AttributeSpec, random: RandomStream): AttributeValue {
  switch (spec.kind) {
    case 'fixed':
      return spec.value;
    case 'integer':
      return BigInt(Math.round(draw(spec.distribution, random)));
    case 'double':
      return draw(spec.distribution, random);
    case 'one-of':
      return spec.values[random.below(spec.values.length)] ?? null;
    case 'id':
      return `${spec.prefix}${random.below(spec.count)}`;
  }
}
