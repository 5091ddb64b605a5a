// Routes about errors and about where the active context goes.
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export function addContextRoutes(app, { api }) {
  const tracer = api.trace.getTracer('shop', '2.1.0');
  const mark = (name, options) => tracer.startSpan(name, options).end();

  app.get('/throws', function throwing() {
    throw new Error('out of paper');
  });

  app.get('/rejects', async () => {
    throw Object.assign(new TypeError('no printer'), { code: 'E_PRINTER' });
  });

  app.get('/next-error', (request, response, next) => next(new Error('passed on')));

  app.all('/any', (request, response) => {
    response.status(204).end();
  });

  app.get('/chunks', (request, response) => {
    response.write('first');
    setImmediate(() => response.end('last'));
  });

  app.get('/context', async (request, response) => {
    const emitter = new EventEmitter();
    await tracer.startActiveSpan('outer', async (outer) => {
      api.context.bind(api.context.active(), emitter);
      emitter.on('told', () => mark('in a bound emitter'));
      emitter.once('told', () => mark('once in a bound emitter'));
      const bound = api.context.bind(api.context.active(), () => mark('in a bound function'));
      await tracer.startActiveSpan('inner', async (inner) => {
        queueMicrotask(() => mark('in a microtask'));
        process.nextTick(() => mark('in a tick'));
        await new Promise((resolve) => setTimeout(resolve, 1));
        mark('after a timer');
        emitter.emit('told');
        bound();
        await promisify(gzip)('bytes');
        mark('after the thread pool');
        await pipeline(
          Readable.from(['a', 'b']),
          async function* upper(source) {
            for await (const text of source) {
              mark(`in a stream ${text}`);
              yield text;
            }
          },
          async (source) => {
            for await (const text of source) text.toString();
          },
        );
        inner.end();
      });
      mark('after inner');
      outer.end();
    });
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        tracer.startActiveSpan(`branch ${name}`, async (branch) => {
          await new Promise((resolve) => setImmediate(resolve));
          mark(`leaf ${name}`);
          branch.end();
        }),
      ),
    );
    response.status(204).end();
  });

  app.get('/span-api', (request, response) => {
    const linked = tracer.startSpan('linked');
    linked.end();
    const sender = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const span = tracer.startSpan('all of it', {
      kind: api.SpanKind.PRODUCER,
      attributes: { text: 'ä😀', int: 7, negative: -1, double: 0.5, flag: false, texts: ['a', 'b'], numbers: [1, 2.5] },
      links: [{ context: linked.spanContext(), attributes: { why: 'before' } }, { context: sender }],
    });
    span.setAttributes({ int: 8, nothing: undefined, none: null, long: 'x'.repeat(300) });
    span.addEvent('plain');
    span.addEvent('with attributes', { n: 1, list: [true, false] });
    span.addLink({ context: { ...sender, isRemote: true }, attributes: { late: true } });
    span.recordException(new RangeError('too far'));
    span.recordException('only text');
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: 'went wrong' });
    span.updateName('all of it, renamed');
    span.end();
    span.setAttribute('late', true);
    const root = tracer.startSpan('a root of its own', {
      root: true,
      attributes: { 'url.query': `scenario=${request.query.scenario}` },
    });
    const child = tracer.startSpan('its child', {}, api.trace.setSpan(api.context.active(), root));
    child.end();
    root.end();
    for (let i = 0; i < 3; i++) mark(`number ${i}`, { kind: i });
    response.json({ recording: span.isRecording() });
  });

  app.get('/wait-for-abort', async (request, response) => {
    response.write('begun');
    await once(response, 'close');
  });
}
