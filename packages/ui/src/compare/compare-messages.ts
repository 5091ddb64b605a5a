import type { FieldDifferences } from './attribute-differences.ts';
import type { Comparison } from './comparison.ts';

/** What the page asks the worker. */
export type CompareRequest =
  | { readonly kind: 'compare'; readonly baseUrl: string; readonly a: string; readonly b: string }
  /** After a comparison: rows of its traces, -1 for none. */
  | { readonly kind: 'fields'; readonly node: number; readonly aRow: number; readonly bRow: number };

/** What it answers. A failure names the side that could not be read, if one could not. */
export type CompareReply =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'fields'; readonly node: number; readonly fields: FieldDifferences }
  | {
      readonly kind: 'failed';
      readonly side: 'a' | 'b' | undefined;
      readonly code: string;
      readonly message: string;
    };
