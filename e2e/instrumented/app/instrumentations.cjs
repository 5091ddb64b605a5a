// The ecosystem's instrumentation packages, as they are. Fastify's is maintained by Fastify.
const { FastifyOtelInstrumentation } = require('@fastify/otel');
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');

module.exports = () => [
  ...getNodeAutoInstrumentations(),
  new FastifyOtelInstrumentation({ registerOnInitialization: true }),
];
