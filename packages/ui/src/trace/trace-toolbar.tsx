import type { ReactNode, RefObject } from 'react';

import { ColourField } from './colour-field.tsx';
import { FilterMenu } from './filter-menu.tsx';
import { FindBox } from './find-box.tsx';
import { FoldField } from './fold-field.tsx';
import type { TraceCommand } from './keyboard.ts';
import { type CommandHost, runCommand } from './run-command.ts';
import { isFullViewport } from './time-viewport.ts';
import { Tool } from './tool.tsx';
import styles from './trace-toolbar.module.css';
import { isTimedView, type TraceView } from './trace-view.ts';
import { useViewState } from './use-view-state.ts';

export function TraceToolbar({
  view,
  findInput,
  host,
}: {
  readonly view: TraceView;
  readonly findInput: RefObject<HTMLInputElement | null>;
  readonly host: CommandHost;
}): ReactNode {
  const { columns } = view;
  const hasErrors = (view.errorsUpTo[columns.spanCount] ?? 0) > 0;
  const isWhole = useViewState(view, (state) => isFullViewport(state.viewport, view.durationNano));
  const tab = useViewState(view, (state) => state.wishes.tab);
  const showsPath = useViewState(view, (state) => state.showsPath);
  const foldsRepeats = useViewState(view, (state) => state.repeats !== undefined);
  const hasRepeats = useViewState(view, (state) => state.repeats === undefined || state.repeats.groups.count > 0);
  const corrected = useViewState(view, (state) => state.wishes.corrected);
  const isTimed = useViewState(view, ({ wishes }) => isTimedView(wishes));
  const isColoured = tab === 'waterfall' || tab === 'flame';
  const run = (command: TraceCommand): void => void runCommand(command, view, host);
  return (
    <div className={styles['bar']} role="toolbar" aria-label="Trace">
      <FindBox view={view} inputRef={findInput} />
      {hasErrors && (
        <div className={styles['group']}>
          <Tool icon="error" label="Next error (e)" error onClick={() => run({ kind: 'next-error' })}>
            Next error
          </Tool>
        </div>
      )}
      {tab === 'waterfall' && (
        <div className={styles['group']}>
          <Tool icon="fold" label="Fold all (c)" onClick={() => run({ kind: 'fold-all' })} />
          <Tool icon="unfold" label="Unfold all (x)" onClick={() => run({ kind: 'unfold-all' })} />
          <FoldField view={view} />
          {hasRepeats && (
            <Tool
              icon="repeats"
              label="Repeated siblings as one row (G)"
              pressed={foldsRepeats}
              testId="fold-repeats"
              onClick={() => run({ kind: 'toggle-repeats' })}
            />
          )}
        </div>
      )}
      {isTimed && (
        <div className={styles['group']}>
          <Tool icon="minus" label="Zoom out (-)" disabled={isWhole} onClick={() => run({ kind: 'zoom', factor: 2 })} />
          <Tool icon="plus" label="Zoom in (+)" onClick={() => run({ kind: 'zoom', factor: 0.5 })} />
          <Tool icon="fit" label="Whole trace (0)" disabled={isWhole} onClick={() => run({ kind: 'reset-zoom' })} />
        </div>
      )}
      <div className={styles['group']}>
        <FilterMenu view={view} />
        {isColoured && <ColourField view={view} />}
        {isTimed && (
          <>
            <Tool
              icon="path"
              label="Critical path (p)"
              pressed={showsPath}
              testId="show-path"
              onClick={() => run({ kind: 'toggle-path' })}
            >
              Path
            </Tool>
            <Tool
              icon="clock"
              label="Clocks corrected (t)"
              pressed={corrected}
              testId="correct-clocks"
              onClick={() => run({ kind: 'toggle-clocks' })}
            >
              Clocks
            </Tool>
          </>
        )}
      </div>
    </div>
  );
}
