import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parameterErrorFromZod } from './parameter-error.ts';

/**
 * Lets a scope's routes have zod objects as schemas of path, query and answers. In the route they are what the OpenAPI
 * document shows; the handler validates by the same object with {@link validQuery} and {@link validParams}, which
 * gives it their types. Schemas of answers only document; the tests hold the answers to them.
 */
export function useZodSchemas(scope: FastifyInstance): void {
  scope.setValidatorCompiler(() => (value: unknown) => ({ value }));
  scope.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

/**
 * The request's query as `schema`, a zod object, has it. A parameter without a value (`?service=`) is not given, as
 * HTML forms send them.
 *
 * @param repeated what a parameter means that is given more than once and is not repeatable: `refuse` it, or its
 * `first` value counts
 * @throws ParameterError
 */
export function validQuery<Output>(
  request: FastifyRequest,
  schema: z.ZodType<Output>,
  repeated: 'refuse' | 'first' = 'refuse',
): Output {
  const shape = shapeOf(schema);
  // Without a prototype, so that no name of a parameter means anything else.
  const given: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(request.query ?? {})) {
    const values = (Array.isArray(value) ? value : [value]).filter((each) => each !== '');
    if (values.length === 0) continue;
    const isList = Object.hasOwn(shape, name) && shape[name]?.meta()?.['repeatable'] === true;
    given[name] = isList ? values : values.length === 1 || repeated === 'first' ? values[0] : values;
  }
  return valid(given, schema);
}

/**
 * The request's path parameters as `schema`, a zod object, has them.
 *
 * @throws ParameterError
 */
export function validParams<Output>(request: FastifyRequest, schema: z.ZodType<Output>): Output {
  return valid(request.params, schema);
}

function valid<Output>(data: unknown, schema: z.ZodType<Output>): Output {
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  throw parameterErrorFromZod(result.error, Object.keys(shapeOf(schema)));
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}
