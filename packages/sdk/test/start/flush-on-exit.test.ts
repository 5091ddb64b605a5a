import { decodeOtlpProtobuf } from '@throughline/wire';
import { expect, test } from 'vitest';

import { type Answer, type HttpReceiver, startHttpReceiver, status } from '../export/http-receiver.ts';
import { startGrpcReceiver } from '../export/grpc-receiver.ts';
import { INDEX, startProgram } from './exiting-process.ts';

const namesAt = (receiver: HttpReceiver): string[] =>
  receiver.requests.flatMap(({ body }) => decodeOtlpProtobuf(body).spans.map(({ name }) => name));

test.concurrent('a process that has nothing left to do exports its spans first, and those of its own beforeExit', async () => {
  await using receiver = await startHttpReceiver();
  const { ended } = startProgram(
    receiver.origin,
    `start(); span('a'); let rounds = 0; process.on('beforeExit', () => { span('late'); rounds++; });
     process.on('exit', () => console.log(rounds < 10));`,
  );
  expect(await ended).toMatchObject({ code: 0, lines: ['true'], errors: '' });
  expect(namesAt(receiver).slice(0, 2)).toEqual(['a', 'late']);
});

test.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
  '%s that nobody else listens to ends the process after the flush',
  async (signal) => {
    await using receiver = await startHttpReceiver();
    const { child, printed, ended } = startProgram(
      receiver.origin,
      `start(); span('a'); setInterval(() => {}, 1e6); console.log('ready');`,
    );
    await printed('ready');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: null, signal, errors: '' });
    expect(namesAt(receiver)).toEqual(['a']);
  },
);

test.concurrent.each(['process.once', 'process.on'])(
  "the application's own listener by %s decides how it ends",
  async (add) => {
    await using receiver = await startHttpReceiver();
    const { child, printed, ended } = startProgram(
      receiver.origin,
      `let tracing;
     ${add}('SIGTERM', async () => {
       span('closing');
       await tracing.forceFlush();
       // Longer than our own flush: what we would do after it is done.
       for (let i = 0; i < 50; i++) await wait(0);
       process.exit(3);
     });
     tracing = start(); span('a'); setInterval(() => {}, 1e6); console.log('ready');`,
    );
    await printed('ready');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 3, signal: null, errors: '' });
    expect(namesAt(receiver).toSorted()).toEqual(['a', 'closing']);
  },
);

test.concurrent('a listener that ends the process only if nobody else listens, as signal-exit has it, does so', async () => {
  await using receiver = await startHttpReceiver();
  const { child, printed, ended } = startProgram(
    receiver.origin,
    `const emitter = globalThis[Symbol.for('signal-exit emitter')] = { count: 1 };
     const listener = () => {
       if (process.listenerCount('SIGTERM') > emitter.count) return;
       process.removeListener('SIGTERM', listener);
       console.log('clean-up');
       process.kill(process.pid, 'SIGTERM');
     };
     process.on('SIGTERM', listener);
     start(); span('a'); setInterval(() => {}, 1e6); console.log('ready');`,
  );
  await printed('ready');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM', lines: ['ready', 'clean-up'] });
  expect(namesAt(receiver)).toEqual(['a']);
});

test.concurrent('a receiver that never answers holds the end up to the limit, or to the second signal', async () => {
  const arrived = Promise.withResolvers<void>();
  const hang: Answer = (_response, { path }) => {
    if (path === '/asked') arrived.resolve();
  };
  await using receiver = await startHttpReceiver(hang, hang);
  const program = `start(); span('a'); setInterval(() => {}, 1e6); console.log('ready');`;
  const limited = startProgram(receiver.origin, program, { exitTimeoutMs: 50 });
  const asked = startProgram(`${receiver.origin}/asked`, program, { exitTimeoutMs: 1e9 });
  await Promise.all([limited.printed('ready'), asked.printed('ready')]);
  limited.child.kill('SIGTERM');
  expect(await limited.ended).toMatchObject({
    signal: 'SIGTERM',
    errors: 'throughline warn: spans could not be exported within 50 ms\n',
  });
  asked.child.kill('SIGINT');
  await arrived.promise;
  asked.child.kill('SIGINT');
  expect(await asked.ended).toMatchObject({ signal: 'SIGINT', errors: '' });
});

/** Never answers: the exporter waits without a limit. */
const hang: Answer = () => {};
const MANY_SPANS = `for (let i = 0; i < 600; i++) span('a' + i);`;

test.concurrent('a request under way holds a process that has nothing left to do up to the limit', async () => {
  await using receiver = await startHttpReceiver(hang, hang);
  const limited = startProgram(receiver.origin, `start(); ${MANY_SPANS}`, { exitTimeoutMs: 50 });
  expect(await limited.ended).toMatchObject({
    code: 0,
    errors: 'throughline warn: spans could not be exported within 50 ms\n',
  });
});

test.concurrent.each<[string, object]>([
  ['a request', {}],
  ['a call', { protocol: 'grpc' }],
  ['a thread', { worker: true }],
])('without a limit %s under way does not hold it', async (_what, how) => {
  const arrived = Promise.withResolvers<void>();
  await using receiver = await startHttpReceiver(() => arrived.resolve());
  await using grpcReceiver = await startGrpcReceiver(() => arrived.resolve());
  const { origin } = 'protocol' in how ? grpcReceiver : receiver;
  // Of the addresses of this name the first may refuse.
  const endpoint = origin.replace('127.0.0.1', 'localhost');
  const { child, ended } = startProgram(
    '',
    `const work = setInterval(() => {}, 1e6);
     process.once('SIGTERM', () => clearInterval(work));
     start(); ${MANY_SPANS}`,
    { exporters: [{ type: 'otlp', endpoint, timeoutMs: 0, ...how }], exitTimeoutMs: 0 },
  );
  await arrived.promise;
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, signal: null, errors: '' });
});

test.concurrent('the limit is one for all that the end has to wait for', async () => {
  await using receiver = await startHttpReceiver(...Array.from({ length: 50 }, () => status(503)));
  const { ended } = startProgram(receiver.origin, `start(); span('a'); process.on('beforeExit', () => span('late'));`, {
    exitTimeoutMs: 50,
  });
  expect(await ended).toMatchObject({
    code: 0,
    errors: 'throughline warn: spans could not be exported within 50 ms\n',
  });
});

test.concurrent('an application that ends by itself on a signal is held no longer than that', async () => {
  await using receiver = await startHttpReceiver(hang);
  const { child, printed, ended } = startProgram(
    receiver.origin,
    `start(); span('a'); const work = setInterval(() => {}, 1e6);
     process.on('SIGTERM', () => { clearInterval(work); console.log('stopped'); });
     process.once('beforeExit', () => console.log('nothing left'));
     console.log('ready');`,
    { exitTimeoutMs: 50 },
  );
  await printed('ready');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({
    code: 0,
    signal: null,
    lines: ['ready', 'stopped', 'nothing left'],
    errors: 'throughline warn: spans could not be exported within 50 ms\n',
  });
});

test.concurrent('a thread that exports does not keep the process', async () => {
  await using receiver = await startHttpReceiver();
  const { ended } = startProgram('', `start(); span('a');`, {
    exporters: [{ type: 'otlp', endpoint: receiver.origin, worker: true }],
  });
  expect(await ended).toMatchObject({ code: 0, errors: '' });
  expect(namesAt(receiver)).toEqual(['a']);
});

test.concurrent('an exception that nobody catches ends the process as ever, after the flush', async () => {
  await using receiver = await startHttpReceiver();
  const thrown = startProgram(
    receiver.origin,
    `start(); span('a'); process.on('exit', (code) => console.log('exit', code));
     setImmediate(() => { throw new TypeError('boom'); });`,
  );
  const rejected = startProgram(receiver.origin, `start(); span('b'); Promise.reject(new RangeError('bang'));`);
  const silent = startProgram(receiver.origin, `start(); setImmediate(() => { throw new Error('no spans'); });`);
  expect(await thrown.ended).toMatchObject({
    code: 1,
    signal: null,
    lines: ['exit 1'],
    errors: expect.stringMatching(
      /setImmediate\(\(\) => \{ throw new TypeError\('boom'\); \}\);\n\s*\^\n\nTypeError: boom/,
    ),
  });
  expect(await rejected.ended).toMatchObject({ code: 1, errors: expect.stringContaining('RangeError: bang') });
  expect(await silent.ended).toMatchObject({ code: 1, errors: expect.stringContaining('Error: no spans') });
  expect(namesAt(receiver).toSorted()).toEqual(['a', 'b']);
});

test.concurrent("the application's own handler of exceptions stays the only one", async () => {
  await using receiver = await startHttpReceiver();
  const { ended } = startProgram(
    receiver.origin,
    `start(); span('a');
     process.on('uncaughtException', (error) => console.log('handled', error.message));
     setImmediate(() => { setImmediate(() => span('b')); throw new Error('boom'); });`,
  );
  expect(await ended).toMatchObject({ code: 0, lines: ['handled boom'], errors: '' });
  expect(namesAt(receiver)).toEqual(['a', 'b']);
});

test.concurrent('a worker thread that ends exports its spans first', async () => {
  await using receiver = await startHttpReceiver();
  const inWorker = `
    import { startTracing, withSpan } from '${INDEX}';
    startTracing({ exporters: [{ type: 'otlp', endpoint: '${receiver.origin}' }], resource: { detectors: [] } });
    withSpan('in the worker', () => {});
  `;
  const { ended } = startProgram(
    receiver.origin,
    `import { Worker } from 'node:worker_threads';
     const source = ${JSON.stringify(inWorker)};
     const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)));
     worker.on('exit', (code) => console.log('worker', code));`,
  );
  expect(await ended).toMatchObject({ code: 0, lines: ['worker 0'], errors: '' });
  expect(namesAt(receiver)).toEqual(['in the worker']);
});

test.concurrent('a shutdown, or no time at all, leaves no listener behind', async () => {
  const names = ['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor'];
  const { ended } = startProgram(
    'http://127.0.0.1:9',
    `const count = () => ${JSON.stringify(names)}.map((name) => process.listenerCount(name)).join();
     const before = count();
     const tracing = start();
     console.log(before === count());
     await tracing.shutdown();
     console.log(before === count());
     startTracing({ exporters: [], exitTimeoutMs: 0 });
     console.log(before === count());`,
  );
  expect(await ended).toMatchObject({ code: 0, lines: ['false', 'true', 'true'] });
});
