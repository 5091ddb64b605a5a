import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

import type { TransportPropagators } from './propagators-of-config.ts';

/**
 * What is registered with the API for all transports, as instrumentations ask only there: `grpc` where the carrier is
 * gRPC metadata, `http` everywhere else.
 */
export function globalPropagator({ http, grpc }: TransportPropagators): TextMapPropagator {
  if (http === grpc) return http;
  return {
    fields: () => [...new Set([...http.fields(), ...grpc.fields()])],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      (isGrpcMetadata(carrier) ? grpc : http).inject(context, carrier, setter);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      return (isGrpcMetadata(carrier) ? grpc : http).extract(context, carrier, getter);
    },
  };
}

/** `Metadata` of `@grpc/grpc-js`, of which an application may have several copies. Other carriers have no such function. */
function isGrpcMetadata(carrier: unknown): boolean {
  return typeof carrier === 'object' && carrier !== null && 'getMap' in carrier && typeof carrier.getMap === 'function';
}
