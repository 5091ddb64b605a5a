import type { Direction, MapFilter } from './map-selection.ts';

/** What is chosen on the map: a node or an edge, by its id. */
export interface MapChoice {
  readonly node: string | undefined;
  readonly edge: string | undefined;
}

export const HOPS = [1, 2, 3] as const;
/** More hops than any chain of calls has. */
export const ALL_HOPS = 99;

const DIRECTIONS: readonly Direction[] = ['both', 'callers', 'callees'];

/** The map's state as its address has it. */
export function mapFromUrl(parameters: URLSearchParams): { readonly filter: MapFilter; readonly choice: MapChoice } {
  const focus = parameters.get('focus');
  const hops = parameters.get('hops');
  return {
    filter: {
      text: parameters.get('filter') ?? '',
      errorsOnly: parameters.get('errors') === 'only',
      peers: parameters.get('peers') !== 'hidden',
      focus:
        focus === null || focus === ''
          ? undefined
          : {
              id: focus,
              hops: hops === 'all' ? ALL_HOPS : (HOPS.find((count) => String(count) === hops) ?? HOPS[0]),
              direction: DIRECTIONS.find((direction) => direction === parameters.get('direction')) ?? 'both',
            },
    },
    choice: { node: parameters.get('node') ?? undefined, edge: parameters.get('edge') ?? undefined },
  };
}

/** `hops` as the address has it; nothing for the first choice. */
export function hopsToUrl(hops: number): string | undefined {
  return hops === HOPS[0] ? undefined : hops >= ALL_HOPS ? 'all' : String(hops);
}
