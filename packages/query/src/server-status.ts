/** What the server around the APIs tells of itself, for `/v1/status`. */
export interface ServerStatus {
  readonly startedUnixMs: number;
  readonly uptimeMs: number;
  readonly ingestion: {
    /** Over the last minute. */
    readonly spansPerSecond: number;
    readonly spansReceived: number;
    readonly spansStored: number;
    /** Spans by reason. */
    readonly rejected: ReadonlyMap<string, number>;
    readonly refused: ReadonlyMap<string, number>;
  };
  /** By name. */
  readonly versions: Readonly<Record<string, string>>;
  /** Bound addresses by name. */
  readonly listeners: Readonly<Record<string, string>>;
  /** The settings in effect, without secrets. */
  readonly configuration: readonly {
    readonly name: string;
    readonly value: string | number | boolean | readonly string[] | null;
  }[];
}
