/** Counts exports, so that a program can wait for them without polling: polling would be measured as their CPU. */
export interface ExportsUnderWay {
  begin(): void;
  end(): void;
  /** Resolves when none is under way, after a turn of the event loop at the earliest. */
  settle(): Promise<void>;
}

export function exportsUnderWay(): ExportsUnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    begin: () => {
      count++;
    },
    end: () => {
      count--;
      if (count > 0) return;
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    },
    settle: async () => {
      if (count > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
