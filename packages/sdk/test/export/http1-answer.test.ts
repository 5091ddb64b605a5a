import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Http1Answer, MalformedAnswerError } from '../../src/export/http1-answer.ts';

const MAX_BYTES = 10_000;

interface Written {
  readonly text: Buffer;
  readonly status: number;
  readonly body: Buffer;
  readonly endsWithConnection: boolean;
}

const statuses = fc.constantFrom(200, 202, 400, 429, 503);
const bodies = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const informational = fc.constantFrom(
  '',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
);
const others = fc.constantFrom('', 'Server: x\r\n', 'X-Empty:\r\nRetry-After:  7 \r\n', 'A: 1\r\nA: 2\r\n');

function chunked(body: Buffer, sizes: readonly number[], extension: string, trailer: string): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < body.length; i++) {
    const size = Math.min(sizes[i % sizes.length] ?? 1, body.length - at);
    pieces.push(Buffer.from(`${size.toString(16)}${extension}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'));
    at += size;
  }
  return Buffer.concat([...pieces, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

const answers: fc.Arbitrary<Written> = fc
  .record({
    framing: fc.constantFrom('length', 'chunked', 'close'),
    status: statuses,
    body: bodies,
    before: informational,
    other: others,
    sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    extension: fc.constantFrom('', ';a=b'),
    trailer: fc.constantFrom('', 'X-T: 1\r\n'),
  })
  .map(({ framing, status, body, before, other, sizes, extension, trailer }) => {
    const head = `${before}HTTP/1.1 ${status} Some Reason\r\n${other}`;
    const [field, content] =
      framing === 'length'
        ? [`Content-Length: ${body.length}\r\n`, body]
        : framing === 'chunked'
          ? ['Transfer-Encoding: chunked\r\n', chunked(body, sizes, extension, trailer)]
          : ['', body];
    const text = Buffer.concat([Buffer.from(`${head}${field}\r\n`, 'latin1'), content]);
    return { text, status, body, endsWithConnection: framing === 'close' };
  });

function read(pieces: readonly Buffer[], maxBytes = MAX_BYTES): Http1Answer {
  const answer = new Http1Answer(maxBytes);
  for (const piece of pieces) answer.push(piece);
  return answer;
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const end = at + (sizes[i % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

test('an answer is read from pieces of any size', () => {
  fc.assert(
    fc.property(answers, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (written, sizes) => {
      const answer = read(cut(written.text, sizes));
      expect(answer.isDone).toBe(!written.endsWithConnection);
      expect(answer.end()).toBe(true);
      expect(answer.status).toBe(written.status);
      expect(answer.body.equals(written.body)).toBe(true);
      expect(answer.keepsConnection).toBe(true);
    }),
  );
});

test('what ends too early is not done', () => {
  fc.assert(
    fc.property(answers, fc.nat(), (written, at) => {
      fc.pre(!written.endsWithConnection);
      const answer = read([written.text.subarray(0, at % written.text.length)]);
      expect(answer.isDone).toBe(false);
      expect(answer.end()).toBe(false);
    }),
  );
});

test("Node's client reads the same", async () => {
  let text: Buffer = Buffer.alloc(0);
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The listener is on a port, so that its address is no text.
  const { port } = server.address() as AddressInfo;
  await fc.assert(
    fc.asyncProperty(answers, async (written) => {
      text = written.text;
      const request = http.request({ host: '127.0.0.1', port, method: 'POST', agent: false }).end();
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const answer = read([written.text]);
      answer.end();
      expect(answer.status).toBe(response.statusCode);
      expect(answer.body.equals(Buffer.concat(chunks))).toBe(true);
      expect(answer.headers['retry-after']).toBe(response.headers['retry-after']);
      expect(answer.headers['a']).toBe(response.headers['a']);
    }),
    { numRuns: 50 },
  );
  server.close();
});

describe('what is no answer', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 2x0 OK\r\n\r\n'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'],
    ['a header without a colon', `${ok}nonsense\r\n\r\n`],
    ['a header with a blank in its name', `${ok}a b: c\r\n\r\n`],
    ['a header over two lines', `${ok}a: b\r\n c\r\n\r\n`],
    ['a length that is no number', `${ok}Content-Length: 1x\r\n\r\n`],
    ['a negative length', `${ok}Content-Length: -1\r\n\r\n`],
    ['two lengths', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['a chunk size that is no number', `${ok}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
    ['a chunk longer than its size', `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n`],
    ['a head without an end', `${ok}${'a: b\r\n'.repeat(20_000)}`],
    ['a chunk size without an end', `${ok}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(70_000)}`],
    ['a trailer without an end', `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${'a: b\r\n'.repeat(20_000)}`],
  ])('%s', (_name, text) => {
    expect(() => read(cut(Buffer.from(text), [1000]))).toThrow(MalformedAnswerError);
  });
});

describe('content', () => {
  test.each([
    ['204 has none', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['304 has none', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n', ''],
    [
      'chunks come before a length',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
      'ab',
    ],
    ['the same length twice is one', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab', 'ab'],
  ])('%s', (_name, text, body) => {
    const answer = read([Buffer.from(text)]);
    expect(answer.isDone).toBe(true);
    expect(answer.body.toString()).toBe(body);
    expect(answer.keepsConnection).toBe(true);
  });

  test('more than is allowed is cut, and the connection with it', () => {
    const answer = read([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nabcdef'), Buffer.from('ghijk')], 10);
    expect(answer).toMatchObject({ isDone: true, isCut: true, keepsConnection: false });
  });
});

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore'],
])('the connection is not used again after %j', (text) => {
  expect(read([Buffer.from(text)])).toMatchObject({ isDone: true, keepsConnection: false });
});

test.each([
  ['timeout=5, max=100', 5],
  ['max=100, timeout=12', 12],
  ['max=100', undefined],
])('Keep-Alive: %s', (value, seconds) => {
  const answer = read([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: ${value}\r\n\r\n`)]);
  expect(answer.keepAliveSeconds).toBe(seconds);
});
