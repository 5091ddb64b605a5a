interface AttributedSpan {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly resource_attributes: Readonly<Record<string, unknown>>;
}

/** The value of the first span that has the attribute, as text. */
export function firstValue(
  spans: readonly AttributedSpan[],
  { scope, name }: { readonly scope: 'span' | 'resource'; readonly name: string },
): string | undefined {
  for (const span of spans) {
    const value = (scope === 'span' ? span.attributes : span.resource_attributes)?.[name];
    if (value !== undefined) return valueText(value);
  }
  return undefined;
}

/** A value of an answer as one reads it. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
