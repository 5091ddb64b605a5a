/** A graph to be drawn: boxes and what leads from one to another. Sizes in units of the drawing. */
export interface GraphToLayOut {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  /** Between nodes that there are; two nodes may have several, and a node one to itself. */
  readonly edges: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    /** Of the text on it, for which room is made. */
    readonly label?: { readonly width: number; readonly height: number } | undefined;
  }[];
  /** Which way the layers follow one another. */
  readonly direction: 'right' | 'down';
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box by its upper left corner. */
export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A way from the border of one box to that of another: at least two points. */
export interface PlacedEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
  /** The middle of its label, where there is room for it. */
  readonly label: Point;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}
