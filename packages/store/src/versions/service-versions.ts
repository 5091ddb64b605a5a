import type { Attributes } from '@throughline/model';
import type { TimeWindow } from '../span-store.ts';

export interface VersionScan {
  readonly service: string;
  readonly window: TimeWindow;
}

/** The resource attribute `service.version` of a service's distinct spans in a window. */
export interface ServiceVersions {
  /** By first start, then version. */
  readonly versions: readonly ServiceVersion[];
  /** Sum of the weights of the spans without a (scalar) version. */
  readonly unversionedCount: number;
}

export interface ServiceVersion {
  readonly version: string;
  readonly firstStartUnixNano: bigint;
  readonly lastStartUnixNano: bigint;
  /** Sum of the weights of the spans. */
  readonly spanCount: number;
}

/** Adds up spans by their resource's version. */
export class VersionTally {
  readonly #versions = new Map<string, { -readonly [Key in keyof ServiceVersion]: ServiceVersion[Key] }>();
  #unversionedCount = 0;

  add(resource: Attributes, spans: Omit<ServiceVersion, 'version'>): void {
    const value = resource.get('service.version');
    if (value === undefined || value === null || typeof value === 'object') {
      this.#unversionedCount += spans.spanCount;
      return;
    }
    const version = String(value);
    const known = this.#versions.get(version);
    if (known === undefined) {
      this.#versions.set(version, { version, ...spans });
      return;
    }
    if (spans.firstStartUnixNano < known.firstStartUnixNano) known.firstStartUnixNano = spans.firstStartUnixNano;
    if (spans.lastStartUnixNano > known.lastStartUnixNano) known.lastStartUnixNano = spans.lastStartUnixNano;
    known.spanCount += spans.spanCount;
  }

  result(): ServiceVersions {
    const versions = [...this.#versions.values()].sort((a, b) => {
      if (a.firstStartUnixNano !== b.firstStartUnixNano) return a.firstStartUnixNano < b.firstStartUnixNano ? -1 : 1;
      return a.version < b.version ? -1 : 1;
    });
    return { versions, unversionedCount: this.#unversionedCount };
  }
}
