import type { TimeWindow } from '../span-store.ts';

/** Where an attribute is: in spans themselves, or in what sent them. */
export type AttributeHolder = 'span' | 'resource';

/** OTLP's types of values; null is no value. */
export type AttributeType = 'string' | 'int' | 'double' | 'bool' | 'bytes' | 'array' | 'map';

export interface AttributeName {
  readonly name: string;
  readonly scope: AttributeHolder;
  /** The types that its values have, in the order of {@link ATTRIBUTE_TYPES}. */
  readonly types: readonly AttributeType[];
}

/** A scalar value. An int is a bigint, a double a number. */
export interface AttributeValueCount {
  readonly type: 'string' | 'int' | 'double' | 'bool';
  readonly value: string | bigint | number | boolean;
  /** The sum of the weights of the distinct spans that have it. */
  readonly count: number;
}

/**
 * Which spans are read for attributes: those that started within the window, newest first, at most `maxSpanCount`
 * stored rows (copies included). Where that cuts between spans that start at the same instant, none of them is read.
 */
export interface AttributeScan {
  /** Absent: everything stored. */
  readonly window?: TimeWindow;
  readonly maxSpanCount: number;
}

export interface AttributeValueScan extends AttributeScan {
  readonly scope: AttributeHolder;
  /** Only spans of this service; the others count as read all the same. */
  readonly service?: string;
  /** Values in the answer, at most. */
  readonly limit: number;
}

export interface AttributeNames {
  /** Sorted by name, then scope. */
  readonly names: readonly AttributeName[];
  /** Whether older spans were left out because of `maxSpanCount`. */
  readonly scanLimited: boolean;
}

export interface AttributeValues {
  /** Most frequent first, then by type and value. */
  readonly values: readonly AttributeValueCount[];
  readonly scanLimited: boolean;
}

export const ATTRIBUTE_TYPES: readonly AttributeType[] = ['string', 'int', 'double', 'bool', 'bytes', 'array', 'map'];
