/**
 * The distinct resources (or scopes) of one request, found again by the bytes they were encoded as: exporters and
 * gateways repeat them for every few spans.
 */
export interface OwnerTable<T> {
  readonly values: T[];
  readonly owners: Owner[];
  /** The newest owner of each hash; older ones follow by `next`. */
  readonly newestOfHash: Map<number, number>;
  lastIndex: number;
}

interface Owner {
  readonly message: Uint8Array;
  readonly schemaUrl: string;
  /** The index of an older owner with the same hash, or -1. */
  readonly next: number;
}

export function newOwnerTable<T>(): OwnerTable<T> {
  return { values: [], owners: [], newestOfHash: new Map(), lastIndex: -1 };
}

/**
 * The index of the value encoded as `message` with this schema URL, decoded by `decode` if it is new; -1 if it is new
 * and the table already holds `maxCount`.
 */
export function internOwner<T>(
  table: OwnerTable<T>,
  message: Uint8Array,
  schemaUrl: string,
  maxCount: number,
  decode: (bytes: Uint8Array, start: number, end: number, schemaUrl: string) => T,
): number {
  const { owners, newestOfHash } = table;
  if (isOwner(owners[table.lastIndex], message, schemaUrl)) return table.lastIndex;
  const hash = hashOf(message);
  const newest = newestOfHash.get(hash) ?? -1;
  let index = newest;
  while (index !== -1 && !isOwner(owners[index], message, schemaUrl)) index = owners[index]?.next ?? -1;
  if (index === -1) {
    index = owners.length;
    if (index >= maxCount) return -1;
    table.values.push(decode(message, 0, message.length, schemaUrl));
    owners.push({ message, schemaUrl, next: newest });
    newestOfHash.set(hash, index);
  }
  table.lastIndex = index;
  return index;
}

function isOwner(owner: Owner | undefined, message: Uint8Array, schemaUrl: string): boolean {
  return owner !== undefined && owner.schemaUrl === schemaUrl && equalBytes(message, owner.message);
}

/** Differs from process to process, so that no sender can choose messages whose hashes are equal. */
const SEED = Math.floor(Math.random() * 2 ** 32);

/** As FNV-1a, but four bytes a step: the multiplications are what costs. */
function hashOf(bytes: Uint8Array): number {
  let hash = SEED ^ bytes.length;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
