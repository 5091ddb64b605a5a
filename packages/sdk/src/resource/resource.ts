import type { Attributes } from '@opentelemetry/api';

/** What makes the spans: an application instance and where it runs. */
export interface SdkResource {
  readonly attributes: Readonly<Attributes>;
  /** Of the semantic conventions its names follow; '' when unknown or mixed. */
  readonly schemaUrl: string;
}

/** The conventions that the detectors' names follow. */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.44.0';

/**
 * The attributes of both, `over`'s where both have one. Schema URLs: the only one, or the common one; of two different
 * ones none is true of the whole, and the result has '' (Resource SDK, Merge).
 */
export function mergeResources(base: SdkResource, over: SdkResource): SdkResource {
  const schemaUrl =
    base.schemaUrl === '' || base.schemaUrl === over.schemaUrl || over.schemaUrl === ''
      ? base.schemaUrl || over.schemaUrl
      : '';
  return { attributes: { ...base.attributes, ...over.attributes }, schemaUrl };
}
