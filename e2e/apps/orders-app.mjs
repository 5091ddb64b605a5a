// An application as its owner wrote it: the official SDK, configured by OTEL_* variables only.
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();

const tracer = trace.getTracer('orders', '1.2.3');
tracer.startActiveSpan(
  'POST /orders',
  { kind: 1, attributes: { 'http.request.method': 'POST', 'order.items': 3 } },
  (root) => {
    tracer.startActiveSpan('SELECT products', { kind: 2 }, (query) => {
      query.setAttribute('db.query.text', 'SELECT * FROM products WHERE id = $1');
      query.setAttribute('cache.hit_ratio', 0.25);
      query.setAttribute('shards', [1, 2, 3]);
      query.end();
    });
    tracer.startActiveSpan('charge card', (charge) => {
      charge.recordException(new Error('card declined'));
      charge.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
      charge.end();
    });
    console.log(root.spanContext().traceId);
    root.end();
  },
);

await sdk.shutdown();
