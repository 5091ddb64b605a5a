import { Console } from 'node:console';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';
import winston from 'winston';
import { addTraceIdsToConsole, pinoTraceMixin, traceIds, winstonTraceFormat, withSpan } from '../../src/index.ts';
import { useOfficialProvider } from './official-provider.ts';

const finished = useOfficialProvider();

test('pino: ids in records written inside a span, and only there', () => {
  const records: object[] = [];
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      records.push(JSON.parse(chunk.toString()) as object);
      done();
    },
  });
  const logger = pino({ mixin: pinoTraceMixin }, out);
  logger.info('outside');
  withSpan('work', () => logger.info('inside'));
  const { traceId, spanId } = finished()[0]?.spanContext() ?? {};
  expect(records[0]).not.toHaveProperty('trace_id');
  expect(records[1]).toMatchObject({ msg: 'inside', trace_id: traceId, span_id: spanId, trace_flags: '01' });
});

test('winston: the format adds to the record it is given', () => {
  const format = winstonTraceFormat();
  const outside = { level: 'info', message: 'outside' };
  expect(format.transform(outside)).toBe(outside);
  expect(outside).toEqual({ level: 'info', message: 'outside' });
  const inside = withSpan('work', () => format.transform({ level: 'info', message: 'inside' }));
  expect(inside).toEqual({ level: 'info', message: 'inside', ...idsOf(0) });
});

test('winston: ids in what a logger writes inside a span, and only there', async () => {
  const lines: unknown[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const logger = winston.createLogger({
    format: winston.format.combine(winstonTraceFormat(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  });
  logger.info('outside');
  withSpan('work', () => logger.info('inside'));
  const finish = once(logger, 'finish');
  logger.end();
  await finish;
  expect(lines).toEqual([
    { level: 'info', message: 'outside' },
    { level: 'info', message: 'inside', ...idsOf(0) },
  ]);
});

test('console: ids at the end of the line, until undone, also under a later wrapper', () => {
  const lines: unknown[][] = [];
  const write = (...data: unknown[]): void => {
    lines.push(data);
  };
  const target = { debug: write, info: write, log: write, warn: write, error: write };
  const undo = addTraceIdsToConsole(target);
  target.log('outside');
  withSpan('work', () => target.error('inside %s', 'x'));
  const { trace_id, span_id } = idsOf(0);
  expect(lines).toEqual([['outside'], ['inside %s', 'x', `trace_id=${trace_id} span_id=${span_id} trace_flags=01`]]);
  const ours = target.warn;
  target.warn = (...data) => ours(...data);
  undo();
  expect(target.log).toBe(write);
  withSpan('work', () => target.warn('after'));
  expect(lines[2]).toEqual(['after']);
});

/** What a console of Node.js writes for a call. */
function written(inSpan: boolean, data: readonly unknown[]): string {
  let text = '';
  const out = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const target = new Console(out);
  addTraceIdsToConsole(target);
  if (inSpan) withSpan('work', () => target.log(...data));
  else target.log(...data);
  return text;
}

test.each([
  [['50%discount'], '50%discount '],
  [['100%% sure'], '100%% sure '],
  [['x %c y'], 'x %c y '],
  [['GET /x?x=%s'], 'GET /x?x=%s '],
  [['%s of %s, %d%%', 'one'], 'one of %s, %d% '],
  [['%%s %o', { a: 1 }, 'more'], '%s { a: 1 } more '],
  [[{ a: 1 }, '%s'], '{ a: 1 } %s '],
])('console: %j is written as it would be, and then the ids', (data, expected) => {
  expect(written(true, data).replace(/trace_id=.*\n$/, '')).toBe(expected);
});

test('console: whatever is written, the ids are all that is added', () => {
  const piece = fc.constantFrom('%', '%%', '%s', '%d', '%c', '%j', '%x', 'c', ' ', 'text');
  const texts = fc.array(piece, { minLength: 1 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(texts, fc.array(fc.oneof(texts, fc.jsonValue({ maxDepth: 1 }))), (first, rest) => {
      const data = [first, ...rest];
      const ids = / trace_id=[\da-f]{32} span_id=[\da-f]{16} trace_flags=01\n$/;
      // An object that is no text makes the console throw, with ids or without.
      const outcome = (inSpan: boolean): string => {
        try {
          return written(inSpan, data);
        } catch (error) {
          return String(error);
        }
      };
      expect(outcome(true).replace(ids, '\n')).toBe(outcome(false));
    }),
  );
});

test('traceIds is undefined outside of spans', () => {
  expect(traceIds()).toBeUndefined();
});

function idsOf(index: number): { trace_id: string; span_id: string; trace_flags: string } {
  const { traceId = '', spanId = '' } = finished()[index]?.spanContext() ?? {};
  return { trace_id: traceId, span_id: spanId, trace_flags: '01' };
}
