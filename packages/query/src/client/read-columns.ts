import type { TraceColumns } from '@throughline/model';
import { TraceColumnsReader } from '@throughline/wire';

import { type CallOptions, type Connection, getPieces } from './http.ts';

export interface TraceColumnsAnswer {
  readonly columns: TraceColumns;
  /** Codes of why the trace may be incomplete; empty if it is not. */
  readonly incomplete: readonly string[];
}

/** A trace that can be shown already, while the details of its spans are still on their way. */
export interface ArrivingTraceColumns extends TraceColumnsAnswer {
  /**
   * Reads on while it is asked: yields whenever blocks of details have been added to the columns, ends when all have been,
   * and closes the connection when it is returned from. Rejects as the call does.
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
  return { columns, incomplete: hasLeftOut(columns) ? [...incomplete, DETAILS_LEFT_OUT] : incomplete };
}

/** @throws QueryClientError, DecodeError, or the signal's reason. */
export async function openColumns(
  connection: Connection,
  path: string,
  call: CallOptions,
): Promise<ArrivingTraceColumns> {
  const { pieces, headers } = await getPieces(connection, path, { format: 'columns' }, call);
  const reader = new TraceColumnsReader();
  const codes = headers.get('throughline-incomplete');
  const incomplete = codes === null ? [] : codes.split(',').map((code) => code.trim());
  while (reader.columns === undefined) {
    const { done, value } = await pieces.next();
    if (done === true) break;
    try {
      reader.add(value);
    } catch (error) {
      await pieces.return();
      throw error;
    }
  }
  // Where the answer has ended before, this says so.
  const columns = reader.columns ?? reader.end();
  return { columns, incomplete, arrivals: rest(reader, pieces), giveUpDetails: () => reader.giveUpDetails() };
}

/** Why a trace is incomplete whose details take more than is sent. */
export const DETAILS_LEFT_OUT = 'details_left_out';

export function hasLeftOut({ detailBlocks }: TraceColumns): boolean {
  return detailBlocks.some(({ leftOutCount }) => leftOutCount > 0);
}

async function* rest(reader: TraceColumnsReader, pieces: AsyncGenerator<Uint8Array, void>): AsyncGenerator<void, void> {
  let known = 0;
  for await (const piece of pieces) {
    reader.add(piece);
    const count = reader.columns?.detailBlocks.length ?? 0;
    if (count > known) yield;
    known = count;
  }
  reader.end();
}
