import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

/**
 * Several propagators as one, asked in order. As the specification has it (Propagators API, Composite Propagator), each
 * extracts over what the one before it found, so the last that finds a context decides, and one that finds nothing
 * leaves what is there. A propagator that throws is passed over.
 */
export function compositePropagator(propagators: readonly TextMapPropagator[]): TextMapPropagator {
  const list = [...propagators];
  return {
    fields: () => [...new Set(list.flatMap((propagator) => propagator.fields()))],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      for (const propagator of list) {
        try {
          propagator.inject(context, carrier, setter);
        } catch {
          // The others still write theirs: a broken propagator must not break the request.
        }
      }
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      let extracted = context;
      for (const propagator of list) {
        try {
          extracted = propagator.extract(extracted, carrier, getter);
        } catch {
          // As above.
        }
      }
      return extracted;
    },
  };
}
