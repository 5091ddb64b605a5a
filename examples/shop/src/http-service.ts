import { fastifyTracing } from '@throughline/sdk';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { FAULTS, isOn, knownFault, switchFault } from './faults.ts';
import { addressOf, type ServiceName } from './settings.ts';
import { ShopError } from './shop-error.ts';
import type { RunningService } from './service.ts';

/** A Fastify server with the shop's error answers, `/health`, and the switches of the service's faults. */
export async function createHttpService(name: ServiceName): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: 'idle' });
  await app.register(fastifyTracing());
  app.setErrorHandler((error: FastifyError | ShopError, _request, reply) => {
    const status = error instanceof ShopError ? error.status : (error.statusCode ?? 500);
    if (status >= 500) console.error(error.message);
    return reply.code(status).send({ error: { code: error.code ?? 'internal', message: error.message } });
  });
  app.get('/health', async () => ({ status: 'healthy' }));
  app.put<{ Params: { name: string }; Body: { on: boolean } }>(
    '/faults/:name',
    { schema: { body: { type: 'object', required: ['on'], properties: { on: { type: 'boolean' } } } } },
    async ({ params, body }) => {
      const fault = knownFault(params.name);
      if (FAULTS[fault].service !== name) throw new ShopError('unknown_fault', 404, `${name} has no fault ${fault}`);
      switchFault(fault, body.on);
      console.log(`fault ${fault} is ${body.on ? 'on' : 'off'}`);
      return { [fault]: isOn(fault) };
    },
  );
  app.get('/faults', async () =>
    Object.fromEntries(
      Object.entries(FAULTS).flatMap(([fault, { service }]) =>
        service === name ? [[fault, isOn(knownFault(fault))]] : [],
      ),
    ),
  );
  return app;
}

/** Starts the server at the service's address. `afterwards` closes what its requests use. */
export async function listen(
  app: FastifyInstance,
  name: ServiceName,
  afterwards: () => Promise<void>,
): Promise<RunningService> {
  const { hostname, port } = addressOf(name);
  await app.listen({ host: hostname, port: Number(port) });
  return {
    address: app.server.address(),
    close: async () => {
      await app.close();
      await afterwards();
    },
  };
}
