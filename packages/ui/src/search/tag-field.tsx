import { type ReactNode, useId, useState } from 'react';

import { Icon } from '../shell/icons.tsx';
import controls from '../styles/controls.module.css';
import { parseTagLine, type Tag } from './search-state.ts';
import removeButton from '../styles/remove-button.module.css';
import styles from './tag-field.module.css';

/** Tags as chips behind a text field; Enter, a blank between two tags or leaving the field makes chips of the text. */
export function TagField({
  tags,
  text,
  onChange,
}: {
  readonly tags: readonly Tag[];
  /** What is typed and no chip yet. */
  readonly text: string;
  readonly onChange: (tags: readonly Tag[], text: string) => void;
}): ReactNode {
  const id = useId();
  const [wrong, setWrong] = useState(false);
  const takeText = (): boolean => {
    if (text.trim() === '') return false;
    const added = parseTagLine(text);
    setWrong(added.length === 0);
    if (added.length > 0) onChange([...tags, ...added], '');
    return added.length > 0;
  };
  return (
    <div>
      <label className={controls['label']} htmlFor={id}>
        Tags
      </label>
      <div className={styles['field']}>
        {tags.map((tag, index) => (
          // Tags may repeat; their place is all that tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={index} className={styles['chip']}>
            <span className={styles['chipText']} title={`${tag.key}=${tag.value}`}>
              {tag.key}=<b>{tag.value}</b>
            </span>
            <button
              type="button"
              className={removeButton['remove']}
              aria-label={`Remove ${tag.key}=${tag.value}`}
              onClick={() =>
                onChange(
                  tags.filter((_, other) => other !== index),
                  text,
                )
              }
            >
              <Icon name="close" size={10} />
            </button>
          </span>
        ))}
        <input
          id={id}
          className={styles['input']}
          data-testid="tags"
          aria-invalid={wrong}
          placeholder={tags.length === 0 ? 'http.status_code=500 error=true' : ''}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setWrong(false);
            onChange(tags, event.target.value);
          }}
          onBlur={takeText}
          onKeyDown={(event) => {
            // The first Enter makes a chip, the next one searches.
            if (event.key === 'Enter' && takeText()) event.preventDefault();
            else if (event.key === 'Backspace' && text === '' && tags.length > 0) onChange(tags.slice(0, -1), '');
          }}
        />
      </div>
      {wrong && (
        <p className={controls['problem']} role="alert">
          Write key=value; quote a value with blanks.
        </p>
      )}
    </div>
  );
}
