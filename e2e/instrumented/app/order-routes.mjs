// Routes over PostgreSQL, Redis and RabbitMQ.

export function addOrderRoutes(app, { api, pool, redis, amqp }) {
  const tracer = api.trace.getTracer('shop', '2.1.0', { schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' });

  app.get('/orders/:id', async (request, response) => {
    const { rows } = await pool.query('SELECT id, product, state FROM orders WHERE id = $1', [request.params.id]);
    response.json(rows[0] ?? null);
  });

  app.post('/orders', async (request, response) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const insert = 'INSERT INTO orders (product, quantity, state) VALUES ($1, $2, $3) RETURNING id';
      const { product, quantity } = request.body;
      const { rows } = await client.query({ name: 'insert-order', text: insert, values: [product, quantity, 'new'] });
      await client.query({ text: 'UPDATE orders SET state = $1 WHERE id = $2', values: ['paid', rows[0].id] });
      await client.query('COMMIT');
      response.status(201).json({ id: rows[0].id });
    } finally {
      client.release();
    }
  });

  app.get('/callbacks', (request, response, next) => {
    pool.query('SELECT 1 AS one', (error) => {
      if (error) return next(error);
      pool.query('SELECT count(*) FROM orders WHERE product = $1', ['lamp'], (failed, result) => {
        if (failed) return next(failed);
        tracer.startSpan('counted', { attributes: { rows: Number(result.rows[0].count) } }).end();
        response.send('ok');
      });
    });
  });

  app.get('/sql-error', async (request, response) => {
    await pool.query('SELECT * FROM no_such_table').catch(() => {});
    await pool.query('INSERT INTO orders (quantity) VALUES ($1)', [1]).catch(() => {});
    response.status(204).end();
  });

  app.get('/cache/:key', async (request, response) => {
    const key = `product:${request.params.key}`;
    await redis.set(key, JSON.stringify({ price: 12.5 }), 'EX', 60);
    const value = await redis.get(key);
    await redis.multi().incr('visits').expire('visits', 60).exec();
    await redis.pipeline().hset('seen', key, '1').hget('seen', key).exec();
    // A command that this key's type has not.
    await redis.lpush(key, 'x').catch(() => {});
    response.type('json').send(value);
  });

  app.post('/messages', async (request, response) => {
    await amqp.publish('placed', { order: 7 });
    response.status(202).end();
  });

  app.post('/bad-messages', async (request, response) => {
    await amqp.publish('refused', { order: 8 });
    response.status(202).end();
  });

  app.post('/checkout', async (request, response) => {
    await tracer.startActiveSpan('checkout', { attributes: { 'order.items': 2, vip: true } }, async (span) => {
      const [{ rows }] = await Promise.all([
        pool.query('SELECT $1::int + 1 AS total', [41]),
        redis.get('product:lamp'),
        redis.exists('product:lamp'),
      ]);
      span.addEvent('priced', { total: rows[0].total, currencies: ['EUR', 'USD'] });
      await amqp.publish('placed', { total: rows[0].total });
      span.setStatus({ code: api.SpanStatusCode.OK });
      span.end();
    });
    response.status(201).end();
  });
}
