import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';

import type { LogLevel } from '../config/tracing-config.ts';
import { registeredGlobal } from './register-globals.ts';

const LEVELS: Readonly<Record<LogLevel, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

const MAX_LINE_LENGTH = 2000;

/** Registers the logger unless the application has one of its own. The result takes it back. */
export function registerDiagLogger(level: LogLevel, write: (line: string) => void = writeToStderr): () => void {
  if (registeredGlobal('diag') !== undefined) return () => {};
  diag.setLogger(lineLogger(write), LEVELS[level]);
  const own = registeredGlobal('diag');
  return () => {
    if (registeredGlobal('diag') === own) diag.disable();
  };
}

/**
 * One line a message. What may hold secrets is not written: credentials in URLs, and values that are neither text,
 * numbers, booleans nor errors.
 */
export function lineLogger(write: (line: string) => void): DiagLogger {
  const log =
    (level: string) =>
    (message: string, ...values: unknown[]): void => {
      try {
        write(lineOf(level, [message, ...values]));
      } catch {
        // A log that cannot be written must not break the application that it is about.
      }
    };
  return { error: log('error'), warn: log('warn'), info: log('info'), debug: log('debug'), verbose: log('verbose') };
}

function lineOf(level: string, values: readonly unknown[]): string {
  const text = values
    .map(textOf)
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 2 * MAX_LINE_LENGTH)
    // oxlint-disable-next-line no-control-regex -- Control characters are what must go.
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@]{1,256}@/gi, '$1[redacted]@')
    .replaceAll(
      /\b(authorization|[\w-]*(?:password|token|secret|api-?key))(["']?\s*[:=]\s*)\S+(?: \S+)?/gi,
      '$1$2[redacted]',
    );
  return `throughline ${level}: ${text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}...` : text}\n`;
}

function textOf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}
