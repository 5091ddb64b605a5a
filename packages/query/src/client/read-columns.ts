import type { TraceColumns } from '@throughline/model';
import { TraceColumnsReader } from '@throughline/wire';

import { type CallOptions, type Connection, getPieces } from './http.ts';

export interface TraceColumnsAnswer {
  readonly columns: TraceColumns;
  /** Codes of why the trace may be incomplete; empty if it is not. */
  readonly incomplete: readonly string[];
}

/** A trace that can be shown already, while the details of its spans are still on their way. */
export interface ArrivingTraceColumns {
  /** Details are added as they arrive. */
  readonly columns: TraceColumns;
  /** As far as it is known before the details; {@link incompleteCodes} says more after them. */
  readonly incomplete: readonly string[];
  /**
   * Reads on while it is asked: yields whenever details have been added to the columns, and ends when all have been. To
   * return from it closes the connection. Rejects as the call does.
   */
  readonly arrivals: AsyncGenerator<void, void>;
  /** Where the arrivals have failed: the details that are missing count as left out from now on. */
  readonly giveUpDetails: () => void;
}

/** As {@link openColumns}, to its end. */
export async function readColumns(
  connection: Connection,
  path: string,
  call: CallOptions,
): Promise<TraceColumnsAnswer> {
  const { columns, incomplete, arrivals } = await openColumns(connection, path, call);
  while ((await arrivals.next()).done !== true);
  return { columns, incomplete: incompleteCodes({ columns, incomplete }) };
}

/** @throws QueryClientError, DecodeError, or the signal's reason. */
export async function openColumns(
  connection: Connection,
  path: string,
  call: CallOptions,
): Promise<ArrivingTraceColumns> {
  const { pieces, headers } = await getPieces(connection, path, { format: 'columns' }, call);
  const codes = headers.get('throughline-incomplete');
  const incomplete = codes === null ? [] : codes.split(',').map((code) => code.trim());
  const reader = new TraceColumnsReader();
  const arrivals = arrivalsOf(reader, pieces);
  // Begun before it is given away: a generator that never began could not close the connection when it is returned from.
  await arrivals.next();
  // Where the answer has ended before, this says so.
  const columns = reader.columns ?? reader.end();
  return { columns, incomplete, arrivals, giveUpDetails: () => reader.giveUpDetails() };
}

/** First when all but the details is there, then whenever details have come. */
async function* arrivalsOf(
  reader: TraceColumnsReader,
  pieces: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<void, void> {
  let known = -1;
  for await (const piece of pieces) {
    reader.add(piece);
    const count = reader.columns?.detailBlocks.length ?? -1;
    if (count > known) yield;
    known = count;
  }
  reader.end();
}

/** All that is known of why a trace may be incomplete, once its details have come. */
export function incompleteCodes({ columns, incomplete }: TraceColumnsAnswer): readonly string[] {
  const hasLeftOut = columns.detailBlocks.some(({ leftOutCount }) => leftOutCount > 0);
  return hasLeftOut ? [...incomplete, 'details_left_out'] : incomplete;
}
