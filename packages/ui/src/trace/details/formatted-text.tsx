import type { ReactNode } from 'react';

import styles from './formatted-text.module.css';
import type { TextLine } from './text-lines.ts';

/** Indented and coloured lines. The white space between them is real, so that a selection copies as one sees it. */
export function FormattedText({ lines }: { readonly lines: readonly TextLine[] }): ReactNode {
  return (
    <code className={styles['text']} data-testid="formatted">
      {lines.map(({ indent, tokens }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines never change places
        <span key={index} className={styles['line']} style={hanging(indent)}>
          {'  '.repeat(indent)}
          {tokens.map(({ kind, text, spaced }, position) => (
            // oxlint-disable-next-line react/no-array-index-key -- tokens never change places
            <span key={position} className={styles[kind]}>
              {spaced ? ` ${text}` : text}
            </span>
          ))}
        </span>
      ))}
    </code>
  );
}

/** A line that wraps goes on a little further in than it began. */
function hanging(indent: number): { readonly paddingLeft: string; readonly textIndent: string } {
  const width = `${indent * 2 + 2}ch`;
  return { paddingLeft: width, textIndent: `-${width}` };
}
