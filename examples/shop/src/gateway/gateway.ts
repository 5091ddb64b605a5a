import { addBusinessContext, createTracedClient, expressTracing } from '@throughline/sdk';
import express, { type NextFunction, type Request, type Response } from 'express';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ARTICLES } from '../catalogue.ts';
import type { RunningService } from '../service.ts';
import { addressOf, otlpUrl, throughlineUrl } from '../settings.ts';
import { answerOf } from './error-answer.ts';
import { faultRoutes } from './fault-routes.ts';

const PAGE = fileURLToPath(new URL('page/', import.meta.url));
const TIMEOUT_MS = 10_000;

interface OrderStatus {
  readonly orderId: string;
  readonly status: string;
  readonly totalCents: number;
}

/** The shop's front: the page and what it calls. */
export async function start(): Promise<RunningService> {
  const orders = createTracedClient({ baseUrl: addressOf('orders'), timeoutMs: TIMEOUT_MS });
  const notifications = createTracedClient({ baseUrl: addressOf('notifications'), timeoutMs: TIMEOUT_MS });
  const tracing = expressTracing();
  const app = express();
  app.disable('x-powered-by');
  app.use(tracing);
  app.use(express.json({ limit: '16kb' }));

  app.post('/api/orders', async (request, response) => {
    const { customer, session, lines } = orderOf(request.body);
    addBusinessContext({
      userId: customer,
      sessionId: session,
      lines: Array.isArray(lines) ? lines.length : undefined,
    });
    const order = await orders.post<OrderStatus>('/orders', { customer, lines }, { template: '/orders' });
    addBusinessContext({ order: order.orderId, totalCents: order.totalCents });
    // The payment has not been asked for yet: the answer says where to look.
    response.status(202).location(`/api/orders/${order.orderId}`).json(order);
  });
  app.get('/api/orders/:id', async (request, response) => {
    const id = encodeURIComponent(request.params.id);
    addBusinessContext({ order: request.params.id });
    const [order, mail] = await Promise.all([
      orders.get<OrderStatus>(`/orders/${id}`, { template: '/orders/{id}' }),
      notifications.get<{ texts: readonly string[] }>(`/notifications/${id}`, { template: '/notifications/{orderId}' }),
    ]);
    response.json({ ...order, mail: mail.texts });
  });

  app.get('/health', (_request, response) => void response.json({ status: 'healthy' }));
  app.get('/settings', (_request, response) => {
    response.json({ articles: ARTICLES, otlpUrl: otlpUrl(), throughlineUrl: throughlineUrl() });
  });
  app.use('/faults', faultRoutes());
  app.use(express.static(PAGE, { index: 'page.html' }));
  app.use(tracing.errors);
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const { status, body } = answerOf(error);
    response.status(status).json(body);
  });

  const { hostname, port } = addressOf('gateway');
  const server = app.listen(Number(port), hostname);
  await once(server, 'listening');
  return {
    address: server.address(),
    close: async () => {
      const closed = once(server.close(), 'close');
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** What the page sends; orders checks what is in it. */
function orderOf(body: unknown): { customer?: string; session?: string; lines?: unknown } {
  if (typeof body !== 'object' || body === null) return {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const field = (name: string): unknown => Reflect.get(body, name);
  const customer = text(field('customer'));
  const session = text(field('session'));
  return {
    ...(customer === undefined ? {} : { customer }),
    ...(session === undefined ? {} : { session }),
    lines: field('lines'),
  };
}
