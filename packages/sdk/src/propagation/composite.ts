import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

import { tellOnce } from '../helpers/tell-once.ts';
import type { OverheadMeter } from '../overhead/overhead-meter.ts';
import { PROPAGATION } from '../overhead/stopwatch.ts';

/**
 * Several propagators as one, asked in order. As the specification has it (Propagators API, Composite Propagator), each
 * extracts over what the one before it found, so the last that finds a context decides, and one that finds nothing
 * leaves what is there. A propagator that throws is passed over, which is logged once. `meter` is told what it costs.
 */
export function compositePropagator(
  propagators: readonly TextMapPropagator[],
  meter?: OverheadMeter,
): TextMapPropagator {
  const list = [...propagators];
  const composite: TextMapPropagator = {
    fields: () => [...new Set(list.flatMap(fieldsOf))],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      if (meter !== undefined && --meter.injects.left === 0) {
        timedInject(composite, meter, context, carrier, setter);
        return;
      }
      for (const propagator of list) {
        try {
          propagator.inject(context, carrier, setter);
        } catch (error) {
          // The others still write theirs: a broken propagator must not break the request.
          tellOnce(propagator, `Propagation: ${nameOf(propagator)} failed to write a context`, error);
        }
      }
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      if (meter !== undefined && --meter.extracts.left === 0) {
        return timedExtract(composite, meter, context, carrier, getter);
      }
      let extracted = context;
      for (const propagator of list) {
        try {
          // One in JavaScript may answer nothing.
          extracted = propagator.extract(extracted, carrier, getter) ?? extracted;
        } catch (error) {
          tellOnce(propagator, `Propagation: ${nameOf(propagator)} failed to read a context`, error);
        }
      }
      return extracted;
    },
  };
  return composite;
}

function fieldsOf(propagator: TextMapPropagator): string[] {
  try {
    return propagator.fields();
  } catch (error) {
    tellOnce(propagator, `Propagation: ${nameOf(propagator)} failed to name its fields`, error);
    return [];
  }
}

function nameOf(propagator: TextMapPropagator): string {
  const { name } = propagator.constructor;
  return name === '' || name === 'Object' ? 'a propagator' : name;
}

function timedInject<Carrier>(
  propagator: TextMapPropagator,
  meter: OverheadMeter,
  context: Context,
  carrier: Carrier,
  setter: TextMapSetter<Carrier>,
): void {
  const isTimed = meter.begin(meter.injects, PROPAGATION) > 0;
  try {
    propagator.inject(context, carrier, setter);
  } finally {
    if (isTimed) meter.end();
  }
}

function timedExtract<Carrier>(
  propagator: TextMapPropagator,
  meter: OverheadMeter,
  context: Context,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
): Context {
  const isTimed = meter.begin(meter.extracts, PROPAGATION) > 0;
  try {
    return propagator.extract(context, carrier, getter);
  } finally {
    if (isTimed) meter.end();
  }
}
