import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/schema.ts';

/** The process's logger: one JSON object a line on stdout, or lines for people on a terminal. */
export function createLogger(config: Pick<Config, 'log_format' | 'log_level'>): Logger {
  const format = config.log_format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const destination: DestinationStream =
    format === 'pretty'
      ? pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true })
      : pino.destination({ fd: 1, sync: true });
  return pino({ level: config.log_level, base: null }, destination);
}
