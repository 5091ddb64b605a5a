/** What a child answers, by name: at most one argument, and a result that JSON can carry. */
export type Calls<T> = { readonly [K in keyof T]: (argument: never) => unknown };

export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export interface ReplyMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Answers the parent process's calls, one reply a call, until it disconnects; the process then ends. */
export function answerCalls<T extends Calls<T>>(handlers: T): void {
  const byName = new Map(Object.entries<(argument: never) => unknown>(handlers));
  process.on('message', ({ id, name, argument }: CallMessage) => {
    // Both ends are typed by the same interface, `T`.
    const handler = byName.get(name) as ((given: unknown) => unknown) | undefined;
    void Promise.resolve()
      .then(() => {
        if (handler === undefined) throw new Error(`no call is named ${name}`);
        return handler(argument);
      })
      .then(
        (result): ReplyMessage => ({ id, result }),
        (error: unknown): ReplyMessage => ({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      )
      .then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit());
}
