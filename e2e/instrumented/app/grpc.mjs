// A gRPC service with JSON messages: one method of each kind.

const json = {
  requestSerialize: (value) => Buffer.from(JSON.stringify(value)),
  requestDeserialize: (bytes) => JSON.parse(bytes.toString()),
  responseSerialize: (value) => Buffer.from(JSON.stringify(value)),
  responseDeserialize: (bytes) => JSON.parse(bytes.toString()),
};

function method(name, requestStream, responseStream) {
  return { path: `/shop.Prices/${name}`, originalName: name, requestStream, responseStream, ...json };
}

const prices = {
  Get: method('Get', false, false),
  Watch: method('Watch', false, true),
  Sum: method('Sum', true, false),
  Convert: method('Convert', true, true),
};

export async function startGrpc({ grpc, api }) {
  const tracer = api.trace.getTracer('prices');
  const server = new grpc.Server();
  server.addService(prices, {
    Get: (call, callback) => {
      tracer.startSpan('price').end();
      if (call.request.sku === 'none') callback({ code: grpc.status.NOT_FOUND, details: 'no such product' });
      else if (call.request.sku === 'slow') setTimeout(() => callback(null, {}), 10_000).unref();
      else callback(null, { price: 12.5 });
    },
    Watch: (call) => {
      for (let i = 0; i < 3; i++) call.write({ price: i });
      call.end();
    },
    Sum: (call, callback) => {
      let total = 0;
      call.on('data', ({ price }) => (total += price));
      call.on('end', () => callback(null, { total }));
    },
    Convert: (call) => {
      call.on('data', ({ price }) => call.write({ price: price * 2 }));
      call.on('end', () => call.end());
    },
  });
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: () => new Promise((resolve) => server.tryShutdown(resolve)) };
}

/** A call of each kind; each resolves when its client span has ended. */
export function grpcCalls({ grpc, grpcPort }) {
  const Client = grpc.makeGenericClientConstructor(prices, 'Prices');
  const client = new Client(`127.0.0.1:${grpcPort}`, grpc.credentials.createInsecure());
  const unary = (message, options = {}) =>
    new Promise((resolve) => {
      const metadata = new grpc.Metadata();
      metadata.set('x-tenant', 'a');
      client.Get(message, metadata, options, (error, answer) => resolve(answer ?? { code: error.code }));
    });
  const drained = (call) =>
    new Promise((resolve) => {
      const received = [];
      call.on('data', (message) => received.push(message));
      call.on('error', (error) => resolve({ code: error.code }));
      call.on('end', () => resolve(received));
    });
  return {
    unary: () => unary({ sku: 'lamp' }),
    'not-found': () => unary({ sku: 'none' }),
    deadline: () => unary({ sku: 'slow' }, { deadline: Date.now() + 500 }),
    watch: () => drained(client.Watch({ sku: 'lamp' })),
    sum: () =>
      new Promise((resolve) => {
        const call = client.Sum((error, answer) => resolve(answer ?? { code: error.code }));
        call.write({ price: 1 });
        call.write({ price: 2 });
        call.end();
      }),
    convert: () => {
      const call = client.Convert();
      call.write({ price: 1 });
      call.end();
      return drained(call);
    },
  };
}
