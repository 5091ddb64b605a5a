import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, type TextMapPropagator } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { compositePropagator } from '../../src/propagation/composite.ts';
import { toldFailures } from '../told-failures.ts';

class Broken implements TextMapPropagator {
  inject(): void {
    throw new Error('no');
  }
  extract(): never {
    throw new Error('no');
  }
  fields(): never {
    throw new Error('no');
  }
}

test('a propagator that throws is passed over, which is told once for writing, for reading and for its fields', () => {
  const told = toldFailures();
  const written: Record<string, string> = {};
  const sound: TextMapPropagator = {
    inject: (_context, carrier, setter) => setter.set(carrier, 'x', '1'),
    extract: (context) => context.setValue(Symbol.for('x'), 1),
    fields: () => ['x'],
  };
  const silent = { ...sound, extract: () => undefined as never };
  const composite = compositePropagator([new Broken(), sound, silent]);
  for (let i = 0; i < 3; i++) {
    composite.inject(ROOT_CONTEXT, written, defaultTextMapSetter);
    expect(composite.extract(ROOT_CONTEXT, {}, defaultTextMapGetter).getValue(Symbol.for('x'))).toBe(1);
    expect(composite.fields()).toEqual(['x']);
  }
  expect(written).toEqual({ x: '1' });
  expect(told).toEqual([
    expect.stringContaining('Broken failed to write'),
    expect.stringContaining('Broken failed to read'),
    expect.stringContaining('Broken failed to name'),
  ]);
});
