import { once } from 'node:events';
import { Writable } from 'node:stream';
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

test('traceIds is undefined outside of spans', () => {
  expect(traceIds()).toBeUndefined();
});

function idsOf(index: number): { trace_id: string; span_id: string; trace_flags: string } {
  const { traceId = '', spanId = '' } = finished()[index]?.spanContext() ?? {};
  return { trace_id: traceId, span_id: spanId, trace_flags: '01' };
}
