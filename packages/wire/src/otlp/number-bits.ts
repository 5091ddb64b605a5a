/*
 * The two halves of a 64-bit number and what they mean, through one shared buffer: no BigInt and no DataView is made on
 * the way from a varint or fixed64 to a double, or into a column.
 */
export const halves: Uint32Array = new Uint32Array(2);
export const asFloat64: Float64Array = new Float64Array(halves.buffer);
export const asBigInt64: BigInt64Array = new BigInt64Array(halves.buffer);
export const asBigUint64: BigUint64Array = new BigUint64Array(halves.buffer);

/** Index of the low and of the high half of a 64-bit element in a Uint32Array over the same buffer. */
export const LOW: 0 | 1 = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
export const HIGH: 0 | 1 = LOW === 0 ? 1 : 0;
