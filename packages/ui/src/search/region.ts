/** A part of the heat map: times and durations, and the search that lists exactly the traces of its spans. */
export interface Region {
  /** Decimal seconds, exact. */
  readonly startTime: string;
  /** Exclusive. */
  readonly endTime: string;
  readonly minNano: number;
  /** Exclusive. */
  readonly maxNano: number;
  /** TraceQL, the durations included. */
  readonly query: string;
}

const SECONDS = /^\d+(\.\d+)?$/;

/** Writes the region into an address's parameters. */
export function addRegion(parameters: URLSearchParams, region: Region | undefined): void {
  if (region === undefined) return;
  const { startTime, endTime, minNano, maxNano, query } = region;
  parameters.set('region', [startTime, endTime, minNano, maxNano].join(','));
  parameters.set('region_q', query);
}

/** Reads an address; what makes no sense is none. */
export function regionFromUrl(parameters: URLSearchParams): Region | undefined {
  const query = parameters.get('region_q');
  const [startTime = '', endTime = '', min = '', max = '', ...rest] = parameters.get('region')?.split(',') ?? [];
  const [minNano, maxNano] = [Number(min), Number(max)];
  const isWhole = SECONDS.test(startTime) && SECONDS.test(endTime) && min !== '' && max !== '' && rest.length === 0;
  if (query === null || query === '' || !isWhole) return undefined;
  if (!(minNano >= 0) || !(maxNano > minNano) || !(Number(endTime) > Number(startTime))) return undefined;
  return { startTime, endTime, minNano, maxNano, query };
}
