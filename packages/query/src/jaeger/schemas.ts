import { z } from 'zod';

/** Jaeger's envelope, for the OpenAPI document. */
function envelope(id: string, data: z.ZodType): z.ZodObject {
  return z
    .object({
      data,
      total: z.number(),
      limit: z.number(),
      offset: z.number(),
      errors: z
        .array(z.object({ code: z.number().optional(), msg: z.string(), traceID: z.string().optional() }))
        .nullable(),
    })
    .meta({ component: id });
}

export const namesAnswer: z.ZodObject = envelope('JaegerNames', z.array(z.string()));

export const operationsAnswer: z.ZodObject = envelope(
  'JaegerOperations',
  z.array(z.object({ name: z.string(), spanKind: z.string() })),
);

export const tracesAnswer: z.ZodObject = envelope(
  'JaegerTraces',
  z.array(
    z.looseObject({
      traceID: z.string(),
      spans: z.array(z.looseObject({ traceID: z.string(), spanID: z.string() })),
      processes: z.record(z.string(), z.looseObject({ serviceName: z.string() })),
    }),
  ),
);

export const dependenciesAnswer: z.ZodObject = envelope(
  'JaegerDependencies',
  z.array(z.object({ parent: z.string(), child: z.string(), callCount: z.number() })),
);

export const errorAnswer: z.ZodObject = envelope('JaegerError', z.null());
