/** Patterns of names: `*` stands for any text, `?` for one character. */
export interface AttributeFilter {
  /** Default: all. */
  readonly included?: readonly string[];
  /** Stronger than `included`. */
  readonly excluded?: readonly string[];
}

export function attributeMatcher({ included, excluded = [] }: AttributeFilter): (name: string) => boolean {
  const [taken, left] = [included?.map(patternOf), excluded.map(patternOf)];
  return (name) => (taken?.some((each) => each.test(name)) ?? true) && !left.some((each) => each.test(name));
}

function patternOf(text: string): RegExp {
  const escaped = text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 's');
}
