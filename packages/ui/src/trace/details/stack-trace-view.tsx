import { type ReactNode, useState } from 'react';

import { countOf } from '../../format/count.ts';
import type { StackFrame } from './stack-frame.ts';
import type { StackSection, StackTrace } from './stack-trace.ts';
import styles from './stack-trace-view.module.css';

/** A stack trace with the application's own frames in sight and runs of library frames folded. */
export function StackTraceView({ trace }: { readonly trace: StackTrace }): ReactNode {
  return (
    <div className={styles['stack']} data-testid="stack-trace">
      {trace.sections.map((section, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- sections never change places
        <Section key={index} section={section} />
      ))}
      {trace.newestLast && <p className={styles['note']}>The newest call stands last.</p>}
    </div>
  );
}

function Section({ section }: { readonly section: StackSection }): ReactNode {
  const runs = runsOf(section.frames);
  return (
    <section>
      {section.relation !== '' && <p className={styles['relation']}>{section.relation}</p>}
      {section.heading !== '' && <p className={styles['heading']}>{section.heading}</p>}
      <ol className={styles['frames']}>
        {runs.map((run, index) =>
          run.isLibrary ? (
            // oxlint-disable-next-line react/no-array-index-key -- frames never change places
            <LibraryRun key={index} frames={run.frames} />
          ) : (
            run.frames.map((frame, position) => (
              // oxlint-disable-next-line react/no-array-index-key -- frames never change places
              <Frame key={`${index}-${position}`} frame={frame} />
            ))
          ),
        )}
        {section.omittedCount > 0 && (
          <li className={styles['note']}>{countOf(section.omittedCount, 'more frame')} left out by the runtime</li>
        )}
      </ol>
    </section>
  );
}

function LibraryRun({ frames }: { readonly frames: readonly StackFrame[] }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <li>
        <button
          type="button"
          className={styles['fold']}
          aria-expanded={open}
          onClick={() => setOpen((before) => !before)}
        >
          {countOf(frames.length, 'library frame')}
        </button>
      </li>
      {open &&
        frames.map((frame, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- frames never change places
          <Frame key={index} frame={frame} />
        ))}
    </>
  );
}

function Frame({ frame }: { readonly frame: StackFrame }): ReactNode {
  return (
    <li className={frame.isLibrary ? styles['library'] : styles['own']} title={frame.raw} data-testid="stack-frame">
      <span className={styles['call']}>{frame.call === '' ? '(anonymous)' : frame.call}</span>{' '}
      {frame.place !== '' && <span className={styles['place']}>{frame.place}</span>}
      {frame.source !== '' && <code className={styles['source']}>{frame.source}</code>}
    </li>
  );
}

interface FrameRun {
  readonly isLibrary: boolean;
  readonly frames: readonly StackFrame[];
}

/** Neighbours of a kind together. Where no frame is the application's own there is nothing to fold for. */
function runsOf(frames: readonly StackFrame[]): readonly FrameRun[] {
  if (frames.every(({ isLibrary }) => isLibrary)) return [{ isLibrary: false, frames }];
  const runs: { readonly isLibrary: boolean; readonly frames: StackFrame[] }[] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last !== undefined && last.isLibrary === frame.isLibrary) last.frames.push(frame);
    else runs.push({ isLibrary: frame.isLibrary, frames: [frame] });
  }
  return runs;
}
