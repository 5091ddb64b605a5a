import { createHash } from 'node:crypto';
import { CodedError, isTraceId } from '@throughline/model';
import type { TimeWindow, TraceOrder } from '@throughline/store';
import { z } from 'zod';

/**
 * Where a search stopped. Clients see it as opaque base64url text and send it back with the same search.
 *
 * The window is part of it because a relative one (`since`) moves with the clock: all pages of a search look through
 * the window of the first.
 */
export interface Cursor {
  readonly order: TraceOrder;
  readonly window: TimeWindow | undefined;
  /** Of the last trace looked at: its start (newest) or duration (longest) in nanoseconds. */
  readonly key: bigint;
  readonly traceId: string;
}

const decimal = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform((digits) => BigInt(digits));

const encodedCursor = z.strictObject({
  o: z.enum(['newest', 'longest']),
  w: z.tuple([decimal, decimal]).optional(),
  k: decimal,
  t: z.string().refine(isTraceId),
  f: z.string(),
});

/** `identity` is what the search asks for, in any stable text; a cursor belongs to the search that made it. */
export function encodeCursor(cursor: Cursor, identity: string): string {
  const json = JSON.stringify({
    o: cursor.order,
    w: cursor.window && [String(cursor.window.fromUnixNano), String(cursor.window.toUnixNano)],
    k: String(cursor.key),
    t: cursor.traceId,
    f: fingerprint(identity),
  });
  return Buffer.from(json).toString('base64url');
}

/** @throws CodedError `invalid_cursor` for text that is no cursor, or one of another search. */
export function decodeCursor(text: string, identity: string): Cursor {
  const parsed = encodedCursor.safeParse(jsonOrUndefined(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) {
    throw new CodedError('invalid_cursor', 'The cursor is not one that a search has answered with');
  }
  const { o: order, w: window, k: key, t: traceId, f } = parsed.data;
  if (f !== fingerprint(identity)) {
    throw new CodedError(
      'invalid_cursor',
      'The cursor belongs to another search: repeat all parameters but the limit, or leave the cursor out',
    );
  }
  return { order, window: window && { fromUnixNano: window[0], toUnixNano: window[1] }, key, traceId };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Tells searches apart that were mixed up; it is no protection, a cursor gives no access that the search does not. */
function fingerprint(identity: string): string {
  return createHash('sha256').update(identity).digest('base64url').slice(0, 16);
}
