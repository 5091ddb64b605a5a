import { type ReactNode, useMemo, useState } from 'react';

import { formatCount } from '../../../format/count.ts';
import { CopyButton } from '../../../shell/copy-button.tsx';
import { formatJson } from '../format-json.ts';
import { FormattedText } from '../formatted-text.tsx';
import type { Message, MessagePart } from './message.ts';
import styles from './message-view.module.css';

/** Longer texts are cut until they are asked for: prompts hold whole documents. */
const CUT_FROM_CHARACTERS = 900;
const SHOWN_CHARACTERS = 700;
/** Instructions are the same call after call. */
const SHOWN_OF_INSTRUCTIONS = 200;

const ROLE_CLASS: Readonly<Record<string, string>> = {
  user: 'user',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
  tool: 'tool',
};

/** One message: who says it, and its parts. */
export function MessageView({ message }: { readonly message: Message }): ReactNode {
  const { role, parts, finishReason } = message;
  return (
    <li className={`${styles['message']} ${styles[ROLE_CLASS[role] ?? 'other']}`} data-testid="gen-ai-message">
      <p className={styles['head']}>
        <b>{role}</b>
        {finishReason !== '' && finishReason !== 'stop' && <span className={styles['note']}>{finishReason}</span>}
        <CopyButton text={() => parts.map(({ text }) => text).join('\n\n')} label={`the message of ${role}`} />
      </p>
      {parts.map((part, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- parts have no identity but their place
        <Part key={index} part={part} shown={role === 'system' ? SHOWN_OF_INSTRUCTIONS : SHOWN_CHARACTERS} />
      ))}
    </li>
  );
}

function Part({ part, shown }: { readonly part: MessagePart; readonly shown: number }): ReactNode {
  switch (part.kind) {
    case 'text':
      return <LongText text={part.text} shown={shown} />;
    case 'reasoning':
      return (
        <details className={styles['reasoning']}>
          <summary>Reasoning</summary>
          <LongText text={part.text} />
        </details>
      );
    case 'tool-call':
      return (
        <div className={styles['call']}>
          <p>
            <span className={styles['note']}>calls</span> <code>{part.name === '' ? 'a tool' : part.name}</code>{' '}
            {part.id !== '' && <span className={styles['note']}>{part.id}</span>}
          </p>
          {part.text !== '' && <LongText text={part.text} />}
        </div>
      );
    case 'tool-result':
      return (
        <div className={styles['call']}>
          <p>
            <span className={styles['note']}>result {part.id}</span>
          </p>
          <LongText text={part.text} />
        </div>
      );
    case 'other':
      return (
        <p className={styles['note']}>
          {part.type}
          {part.text !== '' && `: ${part.text.slice(0, SHOWN_CHARACTERS)}`}
        </p>
      );
  }
}

function LongText({ text, shown = SHOWN_CHARACTERS }: { readonly text: string; readonly shown?: number }): ReactNode {
  const [open, setOpen] = useState(false);
  const lines = useMemo(() => formatJson(text), [text]);
  const isLong = text.length > shown + CUT_FROM_CHARACTERS - SHOWN_CHARACTERS;
  return (
    <>
      {lines !== undefined && (open || !isLong) ? (
        <FormattedText lines={lines} />
      ) : (
        <p className={styles['text']}>{open || !isLong ? text : `${text.slice(0, shown)}…`}</p>
      )}
      {isLong && (
        <button type="button" className={styles['more']} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </>
  );
}
