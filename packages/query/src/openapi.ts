import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { z } from 'zod';

export interface OpenApiOptions {
  readonly version?: string;
}

/**
 * Fastify plugin: `GET /openapi.json`, the OpenAPI 3.1 document of every route with a tag that is registered after it.
 * Zod schemas with `component` in their metadata become components of that name.
 */
export const openApi: (scope: FastifyInstance, options: OpenApiOptions) => Promise<void> = fastifyPlugin(
  async (scope: FastifyInstance, { version = 'unknown' }: OpenApiOptions) => {
    await scope.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Throughline',
          version,
          description:
            'Search and read traces. Every request may name its tenant in the header X-Scope-OrgID. ' +
            'Jaeger clients find the API they know under /api.',
        },
        tags: [
          { name: 'traces', description: 'Search and read traces' },
          { name: 'services', description: 'What is there: services, operations, dependencies' },
          { name: 'attributes', description: 'What spans and their resources have, for completion' },
          {
            name: 'exploration',
            description: 'What screens are drawn from: counts of spans by time, duration and value',
          },
          { name: 'analysis', description: 'Why a trace took so long, and what makes two differ' },
          { name: 'status', description: 'The server and its storage' },
          { name: 'jaeger', description: "Jaeger's query API (v1 JSON)" },
        ],
      },
      hideUntagged: true,
      transform: ({ schema, url }) => ({ schema: jsonSchemas(schema), url }),
    });
    let document: string | undefined;
    scope.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
      // Routes are all there once the server answers.
      document ??= JSON.stringify(withComponents(JSON.parse(JSON.stringify(scope.swagger()))));
      return reply.type('application/json; charset=utf-8').send(document);
    });
  },
  { name: 'throughline-openapi' },
);

/** A route's schema with its zod schemas as JSON schemas: what requests say, and what answers hold. */
function jsonSchemas(schema: FastifySchema | undefined): FastifySchema {
  const json: FastifySchema = { ...schema };
  if (schema?.params !== undefined) json.params = jsonSchema(schema.params, 'input');
  if (schema?.querystring !== undefined) json.querystring = jsonSchema(schema.querystring, 'input');
  if (typeof schema?.response === 'object' && schema.response !== null) {
    const answers = Object.entries(schema.response).map(([status, answer]) => [status, jsonSchema(answer, 'output')]);
    json.response = Object.fromEntries(answers);
  }
  return json;
}

function jsonSchema(schema: unknown, io: 'input' | 'output'): unknown {
  return schema instanceof z.ZodType ? z.toJSONSchema(schema, { io }) : schema;
}

/** Moves what is marked as a component to where the document keeps them, and drops the marks. */
function withComponents(document: object): object {
  const schemas: Record<string, unknown> = {};
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    return typeof value === 'object' && value !== null ? visitObject(value) : value;
  };
  const visitObject = (value: object): object => {
    const visited: Record<string, unknown> = {};
    let component: string | undefined;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'component' && typeof inner === 'string') component = inner;
      else if (!isMark(name, inner)) visited[name] = visit(inner);
    }
    if (component === undefined) return visited;
    schemas[component] = visited;
    return { $ref: `#/components/schemas/${component}` };
  };
  return { ...visitObject(document), components: { schemas } };
}

/** What zod's metadata and its JSON schemas hold beyond what OpenAPI has. */
function isMark(name: string, value: unknown): boolean {
  return (name === 'repeatable' && value === true) || (name === '$schema' && typeof value === 'string');
}
