import type { Attributes } from '@opentelemetry/api';

import { mergeResources } from './resource.ts';

/** A value may be undefined, or a promise while it is detected. */
export type RawAttribute = [string, unknown];

/** The official SDK's `Resource`, as its processors and exporters ask it. Ours are complete from the start. */
export interface ReadableResource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  readonly asyncAttributesPending?: boolean;
  waitForAsyncAttributes?(): Promise<void>;
  /** The attributes of both, `other`'s where both have one. */
  merge(other: ReadableResource | null): ReadableResource;
  getRawAttributes(): RawAttribute[];
}

class SettledResource implements ReadableResource {
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  readonly asyncAttributesPending = false;

  constructor(attributes: Attributes, schemaUrl: string) {
    this.attributes = attributes;
    if (schemaUrl !== '') this.schemaUrl = schemaUrl;
  }

  async waitForAsyncAttributes(): Promise<void> {}

  merge(other: ReadableResource | null): ReadableResource {
    if (other === null || other === undefined) return this;
    const { attributes, schemaUrl } = mergeResources(
      { attributes: this.attributes, schemaUrl: this.schemaUrl ?? '' },
      { attributes: other.attributes, schemaUrl: other.schemaUrl ?? '' },
    );
    return new SettledResource(attributes, schemaUrl);
  }

  getRawAttributes(): RawAttribute[] {
    return Object.entries(this.attributes);
  }
}

/** One object for all spans of a resource: official exporters group spans by its identity. */
export function readableResource(resource: {
  readonly attributes: Readonly<Attributes>;
  readonly schemaUrl?: string;
}): ReadableResource {
  return new SettledResource({ ...resource.attributes }, resource.schemaUrl ?? '');
}
