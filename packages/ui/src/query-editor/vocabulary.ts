import type { AttributeAnswer, AttributeValueAnswer } from '@throughline/query/client';

/** The names and values that the store knows, for completion. A list that cannot be had is empty. */
export interface Vocabulary {
  attributes(): Promise<readonly AttributeAnswer[]>;
  /** Most frequent first. */
  values(
    name: string,
    scope: 'span' | 'resource',
    service: string | undefined,
  ): Promise<readonly AttributeValueAnswer[]>;
  services(): Promise<readonly string[]>;
  /** Of the service, or of the first services there are. */
  operations(service: string | undefined): Promise<readonly string[]>;
}
