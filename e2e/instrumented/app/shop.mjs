// The application of the instrumented tests: a shop that uses what a real one would. It is told where its servers are by
// environment variables, says on stdout where it listens, and ends when its stdin does.
import { once } from 'node:events';
import { startAmqp } from './amqp.mjs';
import { addCallRoutes } from './call-routes.mjs';
import { addContextRoutes } from './context-routes.mjs';
import { startGrpc } from './grpc.mjs';
import { addOrderRoutes } from './order-routes.mjs';
import { startStock } from './stock.mjs';

/** `modules` are imported or required by the caller, because instrumentation sees the two ways differently. */
export async function runShop(modules) {
  const { express, pg, Redis } = modules;
  const { PG_PORT, REDIS_PORT, AMQP_PORT } = process.env;
  // How long a run takes must not decide when connections are made.
  const database = { host: '127.0.0.1', user: 'postgres', database: 'postgres', idleTimeoutMillis: 0 };
  const pool = PG_PORT === undefined ? undefined : new pg.Pool({ ...database, port: Number(PG_PORT), max: 4 });
  const redis = REDIS_PORT === undefined ? undefined : new Redis(Number(REDIS_PORT), '127.0.0.1');
  await pool?.query('DROP TABLE IF EXISTS orders');
  await pool?.query('CREATE TABLE orders (id serial PRIMARY KEY, product text NOT NULL, quantity int, state text)');
  await redis?.flushall();
  const amqp = AMQP_PORT === undefined ? undefined : await startAmqp(modules, Number(AMQP_PORT), pool);
  const stock = await startStock(modules);
  const grpc = await startGrpc(modules);

  const app = express();
  app.use(express.json());
  app.use(function requestId(request, response, next) {
    response.setHeader('x-request-id', '1');
    next();
  });
  const shop = { ...modules, pool, redis, amqp, stockUrl: stock.url, grpcPort: grpc.port };
  addOrderRoutes(app, shop);
  addCallRoutes(app, shop);
  addContextRoutes(app, shop);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(JSON.stringify({ shop: server.address().port, stock: stock.port, grpc: grpc.port }));

  process.stdin.resume();
  await once(process.stdin, 'end');
  server.closeAllConnections();
  await once(server.close(), 'close');
  await grpc.close();
  await stock.close();
  await amqp?.close();
  await redis?.quit();
  await pool?.end();
  // What the tracing file of either SDK registered.
  await globalThis.shutdownTracing();
}
