/** Something that went wrong, with a code for programs, an HTTP status, and a sentence for people. */
export class ShopError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = 'ShopError';
    this.code = code;
    this.status = status;
  }
}
