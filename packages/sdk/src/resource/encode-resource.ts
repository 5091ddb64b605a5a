import type { Attributes } from '@opentelemetry/api';

import { copyAttributes } from '../span/attribute-list.ts';
import { ByteArena } from '../span/byte-arena.ts';

/** An OTLP `Resource` message. */
export function encodeResource(attributes: Readonly<Attributes>): Uint8Array {
  const arena = new ByteArena();
  arena.attributes(10, copyAttributes(attributes, Infinity, Infinity).attributes);
  return arena.written();
}
