import type { Attributes } from '@opentelemetry/api';

import { copyAttributes } from '../span/attribute-list.ts';
import { ByteArena } from '../span/byte-arena.ts';

const RESOURCE_ATTRIBUTES = 10;
const SCOPE_ATTRIBUTES = 26;

/** An OTLP `Resource` message. */
export function encodeResource(attributes: Readonly<Attributes>): Uint8Array {
  return encodeAttributes(RESOURCE_ATTRIBUTES, attributes);
}

/** The fields `attributes` of an OTLP `InstrumentationScope` message. */
export function encodeScopeAttributes(attributes: Readonly<Attributes>): Uint8Array {
  return encodeAttributes(SCOPE_ATTRIBUTES, attributes);
}

function encodeAttributes(tag: number, attributes: Readonly<Attributes>): Uint8Array {
  const arena = new ByteArena();
  arena.attributes(tag, copyAttributes(attributes, Infinity, Infinity).attributes);
  return arena.written();
}
