import { hexOf2, hexOf4 } from './hex.ts';
import { randomWord } from './random-words.ts';

/** Makes ids in lower-case hex. The interface of the official SDK (Trace SDK, Id Generators). */
export interface IdGenerator {
  /** 32 digits. */
  generateTraceId(): string;
  /** 16 digits. */
  generateSpanId(): string;
  /** Whether the last 7 bytes of trace ids are random, as the trace flag of W3C level 2 says. Default: no. */
  readonly isTraceIdRandom?: boolean;
}

/**
 * Ids as AWS X-Ray wants them: a trace id starts with the seconds of the epoch, the 12 bytes behind are random. Source:
 * AWS X-Ray developer guide, "Tracing header".
 */
export function xRayIdGenerator(now: () => number = Date.now): IdGenerator {
  return {
    generateTraceId: () => hexOf4(Math.floor(now() / 1000) | 0, randomWord(), randomWord(), randomWord()),
    generateSpanId: () => hexOf2(randomWord(), randomWord()),
    isTraceIdRandom: true,
  };
}
