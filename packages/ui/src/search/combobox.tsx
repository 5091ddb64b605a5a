import { type ReactNode, type Ref, useId, useMemo, useRef, useState } from 'react';

import controls from '../styles/controls.module.css';
import styles from './combobox.module.css';

const MAX_OPTIONS = 200;

/** A text field that offers the names that contain what is typed. Any other text may be entered as well. */
export function Combobox({
  label,
  value,
  options,
  placeholder,
  disabled,
  onChange,
  renderMark,
  testId,
  inputRef,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly placeholder: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
  readonly renderMark?: (option: string) => ReactNode;
  readonly testId: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}): ReactNode {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [open, setOpen] = useState(false);
  // What is typed filters; a value that was chosen does not, so that opening it again shows the alternatives.
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [active, setActive] = useState(-1);
  const matching = useMemo(() => matchingOptions(options, typed ?? ''), [options, typed]);
  const close = (): void => {
    setOpen(false);
    setTyped(undefined);
    setActive(-1);
  };
  const choose = (option: string): void => {
    onChange(option);
    close();
  };
  const move = (to: number): void => {
    setOpen(true);
    setActive(to);
    list.current?.children[to]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div className={styles['box']}>
      <label className={controls['label']} htmlFor={id}>
        {label}
      </label>
      <input
        ref={inputRef}
        id={id}
        className={controls['input']}
        data-testid={testId}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        disabled={disabled}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          setTyped(event.target.value);
          setActive(-1);
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            move(Math.min(active + 1, matching.length - 1));
          } else if (event.key === 'ArrowUp') {
            event.preventDefault();
            move(Math.max(active - 1, 0));
          } else if (event.key === 'Enter' && open && matching[active] !== undefined) {
            event.preventDefault();
            choose(matching[active] ?? value);
          } else if (event.key === 'Escape' && open) {
            event.stopPropagation();
            close();
          }
        }}
      />
      {open && matching.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- as the ARIA combobox pattern has it
        <ul ref={list} id={`${id}-list`} role="listbox" aria-label={label} className={styles['list']}>
          {matching.map((option, index) => (
            <li
              key={option}
              id={`${id}-${index}`}
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- see above
              role="option"
              aria-selected={index === active}
              className={styles['option']}
              // Before the field loses the focus, which would close the list.
              onPointerDown={(event) => {
                event.preventDefault();
                choose(option);
              }}
            >
              {renderMark?.(option)}
              <span>{option}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Those that begin with the text first. */
function matchingOptions(options: readonly string[], text: string): readonly string[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return options.slice(0, MAX_OPTIONS);
  const containing = options.filter((option) => option.toLowerCase().includes(needle));
  const begins = (option: string): boolean => option.toLowerCase().startsWith(needle);
  return [...containing.filter(begins), ...containing.filter((option) => !begins(option))].slice(0, MAX_OPTIONS);
}
