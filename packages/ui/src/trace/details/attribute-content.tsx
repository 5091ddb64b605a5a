import { type ReactNode, useState } from 'react';

import { formatCount } from '../../format/count.ts';
import styles from './attribute-content.module.css';
import { FormattedText } from './formatted-text.tsx';
import { StackTraceView } from './stack-trace-view.tsx';
import type { ValueShape } from './value-shape.ts';

/** Longer values are cut until they are asked for, so that one of them does not push the others out of sight. */
const CUT_FROM = { characters: 900, lines: 32 } as const;
const SHOWN = { characters: 700, lines: 24 } as const;

/** A value as its shape wants it, in full on demand. */
export function AttributeContent({
  text,
  shape,
  raw,
}: {
  readonly text: string;
  readonly shape: ValueShape;
  readonly raw: boolean;
}): ReactNode {
  const [open, setOpen] = useState(false);
  if (!raw && shape.kind === 'stack') return <StackTraceView trace={shape.trace} />;
  const isFormatted = !raw && shape.kind === 'lines';
  const isLong = isFormatted
    ? shape.lines.length > CUT_FROM.lines
    : text.length > CUT_FROM.characters || text.split('\n', CUT_FROM.lines + 1).length > CUT_FROM.lines;
  const cut = isLong && !open;
  return (
    <>
      {isFormatted ? (
        <FormattedText lines={cut ? shape.lines.slice(0, SHOWN.lines) : shape.lines} />
      ) : text === '' ? (
        <i>empty</i>
      ) : (
        <span data-testid="raw-value">{cut ? `${firstPart(text)}…` : text}</span>
      )}
      {isLong && (
        <button type="button" className={styles['more']} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </>
  );
}

function firstPart(text: string): string {
  return text.slice(0, SHOWN.characters).split('\n', SHOWN.lines).join('\n');
}
