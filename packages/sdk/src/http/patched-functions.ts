import { diag } from '@opentelemetry/api';

type AnyFunction = (...args: never[]) => unknown;

/** Functions that were replaced, to be put back. */
export interface PatchSet {
  /** False once restored: a function that somebody wraps stays in place and must do no more than the original. */
  readonly active: boolean;
  /** Replaces a method of an object that has it itself or inherits it. */
  replace<Name extends string, F extends AnyFunction>(
    owner: Record<Name, F>,
    name: Name,
    replacement: (original: F) => F,
  ): void;
  /** Puts back what nobody has wrapped since. */
  restore(): void;
}

export function patchSet(): PatchSet {
  const undo: (() => void)[] = [];
  let active = true;
  return {
    get active() {
      return active;
    },
    replace(owner, name, replacement) {
      const inherited = !Object.hasOwn(owner, name);
      const original = owner[name];
      const patched = replacement(original);
      Object.defineProperty(owner, name, {
        value: patched,
        configurable: true,
        enumerable: !inherited,
        writable: true,
      });
      undo.push(() => {
        if (owner[name] !== patched) return;
        if (inherited) Reflect.deleteProperty(owner, name);
        else owner[name] = original;
      });
    },
    restore() {
      active = false;
      for (const step of undo.splice(0).toReversed()) step();
    },
  };
}

/** Whether an official instrumentation has wrapped a function: its wrapper says so. */
export function isWrapped(fn: unknown): boolean {
  return typeof fn === 'function' && '__wrapped' in fn && fn.__wrapped === true;
}

const told = new Set<string>();

/** Says once for each part that the official instrumentation has it, and that ours leaves it alone. */
export function tellWrapped(part: string): void {
  if (told.has(part)) return;
  told.add(part);
  diag.warn(
    `${part} is instrumented by @opentelemetry/instrumentation-http or -undici; HTTP tracing leaves it to that`,
  );
}
