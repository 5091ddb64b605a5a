import { useQuery } from '@tanstack/react-query';

import { hrefOf } from '../navigation/location.ts';
import { pageMode } from '../navigation/page-mode.ts';

/** What a million tokens of a model cost. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Of input tokens read from the provider's cache. */
  readonly cached_input?: number;
}

/** What the server's configuration says to the web app. */
export interface UiSettings {
  /** Address of a span's logs, with placeholders; null for none. */
  readonly logs_link: string | null;
  /** By model. */
  readonly gen_ai_prices: Readonly<Record<string, ModelPrice>>;
  readonly gen_ai_currency: string;
}

const NONE: UiSettings = { logs_link: null, gen_ai_prices: {}, gen_ai_currency: 'USD' };

/** The settings; those of a server that says nothing until, and unless, it answers. */
export function useUiSettings(): UiSettings {
  const { data } = useQuery({
    queryKey: ['ui-settings'],
    queryFn: readSettings,
    staleTime: Infinity,
    enabled: pageMode !== 'file',
  });
  return data ?? NONE;
}

async function readSettings(): Promise<UiSettings> {
  const response = await fetch(hrefOf('/v1/ui-settings'));
  // The server's tests hold it to this answer.
  return response.ok ? ((await response.json()) as UiSettings) : NONE;
}
