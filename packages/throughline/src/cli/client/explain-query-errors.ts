import { CodedError } from '@throughline/model';
import { QueryClientError } from '@throughline/query/client';
import { textWidth } from '../terminal/fit.ts';
import { printable } from '../terminal/printable.ts';

/** Where a query is refused, shows its line with a mark below the place. */
export async function explainQueryErrors<T>(query: string | undefined, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof QueryClientError) || query === undefined) throw error;
    const { position, suggestion } = error.details;
    if (position === undefined) throw error;
    const line = query.split(/\r\n|\n|\r/)[position.line - 1] ?? '';
    const indent = ' '.repeat(textWidth(printable(line.slice(0, position.column - 1))));
    const meant = suggestion === undefined || error.message.includes(suggestion) ? '' : `\nDid you mean ${suggestion}?`;
    const message = `${error.message}\n  ${line}\n  ${indent}^${meant}`;
    throw new CodedError(error.code, message, { cause: error });
  }
}
