import { createTracedClient } from '@throughline/sdk';
import express, { type Router } from 'express';
import { FAULTS, knownFault } from '../faults.ts';
import { addressOf } from '../settings.ts';

/** `GET /faults` says which there are and whether they are on (null: its service does not answer); `POST /faults/NAME` with `{"on": true}` switches one, in its service. */
export function faultRoutes(): Router {
  const router = express.Router();
  const client = createTracedClient({ ignoreOutgoing: () => true });
  const addressIn = (fault: keyof typeof FAULTS): string => new URL('/faults', addressOf(FAULTS[fault].service)).href;

  router.get('/', async (_request, response) => {
    const faults = await Promise.all(
      Object.entries(FAULTS).map(async ([name, { service, what }]) => {
        // A service that does not answer does not keep the page from the others' faults.
        const switches = await client
          .get<Readonly<Record<string, boolean>>>(addressIn(knownFault(name)))
          .catch((): Readonly<Record<string, boolean>> => ({}));
        return { name, service, what, on: switches[name] ?? null };
      }),
    );
    response.json(faults);
  });
  router.post('/:name', async (request, response) => {
    const fault = knownFault(request.params.name);
    response.json(await client.put(`${addressIn(fault)}/${fault}`, request.body));
  });
  return router;
}
