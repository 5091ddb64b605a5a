// Routes that call other services: by fetch, undici, node:http and gRPC.
import { once } from 'node:events';
import { grpcCalls } from './grpc.mjs';

export function addCallRoutes(app, shop) {
  const { http, undici, stockUrl, core, api } = shop;

  app.get('/fetch', async (request, response) => {
    const found = await (await fetch(`${stockUrl}/stock/lamp?color=red`, { headers: { 'x-call': '1' } })).json();
    const reserve = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"count":2}' };
    await (await fetch(`${stockUrl}/reserve`, reserve)).json();
    response.json(found);
  });

  app.get('/undici', async (request, response) => {
    const { body } = await undici.request(`${stockUrl}/sequence`);
    await body.json();
    await (await undici.fetch(`${stockUrl}/stock/chair`)).text();
    response.status(204).end();
  });

  app.get('/node-http', async (request, response) => {
    // Without an agent, so that it does not depend on earlier requests whether a connection is made.
    const call = http.get(`${stockUrl}/stock/table`, { agent: false });
    const [answer] = await once(call, 'response');
    await once(answer.resume(), 'end');
    const post = http.request(`${stockUrl}/reserve`, {
      agent: false,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    post.end('{"count":1}');
    const [reserved] = await once(post, 'response');
    await once(reserved.resume(), 'end');
    response.status(204).end();
  });

  app.get('/failing-calls', async (request, response) => {
    await (await fetch(`${stockUrl}/empty`)).text();
    await (await fetch(`${stockUrl}/broken`)).text();
    await (await fetch(`${stockUrl}/not-there`)).text();
    // Nobody listens on the discard port.
    await fetch('http://127.0.0.1:9/').catch(() => {});
    await once(http.get('http://127.0.0.1:9/', { agent: false }), 'error');
    await fetch(`${stockUrl}/stock/lamp`, { signal: AbortSignal.abort() }).catch(() => {});
    response.status(204).end();
  });

  app.get('/suppressed', async (request, response) => {
    await api.context.with(core.suppressTracing(api.context.active()), async () => {
      await (await fetch(`${stockUrl}/stock/lamp`)).text();
    });
    response.status(204).end();
  });

  const calls = grpcCalls(shop);
  app.get('/grpc/:kind', async (request, response) => {
    response.json(await calls[request.params.kind]());
  });
}
