/** More texts than a page is told while it draws once; a page that answers none of them keeps no more. */
const MAX_TOLD = 100;

/**
 * What a field has told its page and the page has not given back yet. The page draws later than one types: a text that
 * comes back is no news, and by then the field may hold a newer one.
 */
export interface ToldTexts {
  tell(text: string): void;
  /** Whether the text is one that was told. The page has then seen all that were told before it. */
  isGivenBack(text: string): boolean;
  /** The page has what the field has. */
  settle(): void;
}

export function toldTexts(): ToldTexts {
  let told: string[] = [];
  return {
    tell: (text) => {
      told.push(text);
      if (told.length > MAX_TOLD) told.shift();
    },
    isGivenBack: (text) => {
      const place = told.indexOf(text);
      // What was not told is news, and whatever was told before is past.
      told = place < 0 ? [] : told.slice(place + 1);
      return place >= 0;
    },
    settle: () => {
      told = [];
    },
  };
}
