/** What is used of webpack's loader interface. */
interface LoaderContext {
  readonly resourcePath: string;
  getOptions(): { readonly codeBehind: (file: string) => string | undefined };
}

/** A webpack loader: puts behind a file what makes it ready for instrumentation. */
export default function publishFile(this: LoaderContext, source: string): string {
  return source + (this.getOptions().codeBehind(this.resourcePath) ?? '');
}
