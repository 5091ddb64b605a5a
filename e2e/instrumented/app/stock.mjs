// A second service, on Fastify, which the first one calls.

export async function startStock({ api, fastify }) {
  const tracer = api.trace.getTracer('stock');
  const app = fastify();
  // A connection for every request, as how long clients keep one depends on the clock.
  app.server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  app.addHook('preHandler', async () => {
    tracer.startSpan('look up').end();
  });
  app.get('/stock/:sku', async (request) => {
    const baggage = api.propagation.getActiveBaggage()?.getEntry('customer')?.value;
    return { sku: request.params.sku, count: 3, customer: baggage ?? null };
  });
  app.get('/empty', async (request, reply) => reply.status(503).send('nothing left'));
  app.get('/broken', async () => {
    throw new Error('shelf collapsed');
  });
  app.post('/reserve', async (request) => ({ reserved: request.body.count }));
  app.route({
    method: 'GET',
    url: '/sequence',
    onRequest: async function checkKey() {},
    handler: async function sequence(request, reply) {
      await new Promise((resolve) => setImmediate(resolve));
      tracer.startSpan('after a turn').end();
      return reply.send([1, 2, 3]);
    },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, port: app.server.address().port, close: () => app.close() };
}
