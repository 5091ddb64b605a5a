/** Numbers distinct items in the order of their first occurrence. */
export class DistinctItems<Source, Item> {
  readonly items: Item[] = [];
  readonly #indexOfSource = new Map<Source, number>();
  readonly #indexOfKey = new Map<string, number>();
  readonly #convert: (source: Source) => Item;
  readonly #key: (item: Item) => string;

  /** Items with the same key are the same. A source that was seen before is not converted again. */
  constructor(convert: (source: Source) => Item, key: (item: Item) => string) {
    this.#convert = convert;
    this.#key = key;
  }

  indexOf(source: Source): number {
    const known = this.#indexOfSource.get(source);
    if (known !== undefined) return known;
    const item = this.#convert(source);
    const key = this.#key(item);
    let index = this.#indexOfKey.get(key);
    if (index === undefined) {
      index = this.items.push(item) - 1;
      this.#indexOfKey.set(key, index);
    }
    this.#indexOfSource.set(source, index);
    return index;
  }
}
