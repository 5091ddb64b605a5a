/** One piece of a message. */
export type MessagePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'tool-call'; readonly id: string; readonly name: string; readonly text: string }
  | { readonly kind: 'tool-result'; readonly id: string; readonly text: string }
  /** Images, files and what is not known: its type, and its content where that is text. */
  | { readonly kind: 'other'; readonly type: string; readonly text: string };

/** What somebody said to the model, or the model to them. */
export interface Message {
  /** `system`, `user`, `assistant`, `tool` or what the sender calls it. */
  readonly role: string;
  readonly parts: readonly MessagePart[];
  /** Of messages of the model. */
  readonly finishReason: string;
}
