import type { QueryClient } from '@tanstack/react-query';
import type { WindowParameters } from '@throughline/query/client';

import { backend } from '../api/backend.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Names and values are asked for again after this long. */
const STALE_MS = 60_000;
const MAX_VALUES = 200;
const MAX_NAMES = 1_000;
/** Services whose operations are offered while the query asks for none. */
const MAX_SERVICES = 8;

/** What the store holds in the window, remembered for a minute. */
export function storeVocabulary(queries: QueryClient, window: WindowParameters): Vocabulary {
  const ask = async <T>(key: readonly unknown[], queryFn: () => Promise<T>, none: T): Promise<T> => {
    try {
      return await queries.fetchQuery({ queryKey: ['vocabulary', ...key, window], queryFn, staleTime: STALE_MS });
    } catch {
      // Completion offers less then; the search itself says what is wrong.
      return none;
    }
  };
  const services = (): Promise<readonly string[]> => ask(['services'], () => backend.services(window), []);
  const operationsOf = (service: string): Promise<readonly string[]> =>
    ask(['operations', service], () => backend.operations(service, window), []);
  return {
    services,
    attributes: () =>
      ask(['attributes'], async () => (await backend.attributes({ ...window, limit: MAX_NAMES })).attributes, []),
    values: (name, scope, service) =>
      ask(
        ['values', name, scope, service],
        async () => {
          const answer = await backend.attributeValues(name, {
            ...window,
            scope,
            limit: MAX_VALUES,
            ...(service !== undefined && { service }),
          });
          return answer.values;
        },
        [],
      ),
    operations: async (service) => {
      if (service !== undefined) return operationsOf(service);
      const lists = await Promise.all((await services()).slice(0, MAX_SERVICES).map((name) => operationsOf(name)));
      return [...new Set(lists.flat())].toSorted();
    },
  };
}
