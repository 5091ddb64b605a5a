/** Latin-1 in its web form gives every byte its own character, so equal texts mean equal bytes. */
const latin1 = new TextDecoder('latin1');

/**
 * The distinct resources (or scopes) of one request, found again by the bytes they were encoded as: exporters and
 * gateways repeat them for every few spans.
 */
export interface OwnerTable<T> {
  readonly values: T[];
  readonly indexOfKey: Map<string, number>;
  lastBytes: Uint8Array;
  lastSchemaUrl: string;
  lastIndex: number;
}

export function newOwnerTable<T>(): OwnerTable<T> {
  return { values: [], indexOfKey: new Map(), lastBytes: new Uint8Array(0), lastSchemaUrl: '', lastIndex: -1 };
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
  if (table.lastIndex !== -1 && schemaUrl === table.lastSchemaUrl && equalBytes(message, table.lastBytes)) {
    return table.lastIndex;
  }
  // A length in front keeps the two parts apart.
  const key = `${message.length} ${latin1.decode(message)}${schemaUrl}`;
  let index = table.indexOfKey.get(key);
  if (index === undefined) {
    if (table.values.length >= maxCount) return -1;
    index = table.values.length;
    table.values.push(decode(message, 0, message.length, schemaUrl));
    table.indexOfKey.set(key, index);
  }
  table.lastBytes = message;
  table.lastSchemaUrl = schemaUrl;
  table.lastIndex = index;
  return index;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
