import type { SpanEvent } from '@throughline/model';
import { type ReactNode, useMemo, useRef, useState } from 'react';

import { countOf } from '../../format/count.ts';
import { formatDuration } from '../../format/duration.ts';
import controls from '../../styles/controls.module.css';
import { textOf } from '../attribute-value.ts';
import { matchesFilter } from './attribute-groups.ts';
import { AttributeTable } from './attribute-table.tsx';
import { type EventMark, eventMarks, timelineRange } from './event-timeline-layout.ts';
import styles from './span-events.module.css';

/** Events shown at first; spans of long streams have thousands. */
const SHOWN_AT_FIRST = 50;

/** A span's events on a small time line and as a list; a mark leads to its entry. */
export function SpanEvents({
  events,
  spanStartUnixNano,
  durationNano,
  filter,
}: {
  readonly events: readonly SpanEvent[];
  readonly spanStartUnixNano: bigint;
  readonly durationNano: number;
  readonly filter: string;
}): ReactNode {
  const [shownCount, setShownCount] = useState(SHOWN_AT_FIRST);
  const list = useRef<HTMLOListElement>(null);
  const timed = useMemo(
    () =>
      events
        .filter((event) => matchesFilter(textOfEvent(event), filter))
        .map((event) => ({
          event,
          offsetNano: Number(event.timeUnixNano - spanStartUnixNano),
          isError: event.name === 'exception' || event.attributes.has('exception.type'),
        }))
        .toSorted((a, b) => a.offsetNano - b.offsetNano),
    [events, spanStartUnixNano, filter],
  );
  const marks = useMemo(() => eventMarks(timed, durationNano), [timed, durationNano]);
  if (timed.length === 0) return <p className={styles['none']}>{events.length === 0 ? 'None' : 'No event matches'}</p>;
  const goTo = (mark: EventMark): void => {
    const index = mark.events[0] ?? 0;
    if (index >= shownCount) setShownCount(index + SHOWN_AT_FIRST);
    // The entry may have to be rendered first.
    requestAnimationFrame(() => {
      const entry = list.current?.children[index];
      if (!(entry instanceof HTMLElement)) return;
      entry.scrollIntoView({ block: 'nearest' });
      entry.focus({ preventScroll: true });
    });
  };
  return (
    <>
      <Timeline
        marks={marks}
        names={timed.map(({ event }) => event.name)}
        timed={timed}
        durationNano={durationNano}
        onPick={goTo}
      />
      <ol className={styles['events']} ref={list}>
        {timed.slice(0, shownCount).map(({ event, offsetNano, isError }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- events have no identity but their place
          <li key={index} tabIndex={-1} data-testid="span-event">
            <p className={styles['head']}>
              <span className={styles['time']} title="From the start of the span">
                {formatDuration(offsetNano)}
              </span>
              <b className={isError ? styles['error'] : undefined}>{event.name === '' ? '(no name)' : event.name}</b>
            </p>
            {event.attributes.size > 0 && (
              <AttributeTable
                attributes={event.attributes}
                place="event"
                filter={matchesFilter(event.name, filter) ? '' : filter}
              />
            )}
            {event.droppedAttributesCount > 0 && (
              <p className={styles['dropped']}>
                {countOf(event.droppedAttributesCount, 'more attribute')} dropped by the sender
              </p>
            )}
          </li>
        ))}
      </ol>
      {timed.length > shownCount && (
        <button
          type="button"
          className={`${controls['button']} ${controls['small']}`}
          onClick={() => setShownCount((count) => count * 4)}
        >
          Show more of {countOf(timed.length, 'event')}
        </button>
      )}
    </>
  );
}

function textOfEvent(event: SpanEvent): string {
  return [event.name, ...[...event.attributes].map(([key, value]) => `${key}\n${textOf(value)}`)].join('\n');
}

function Timeline({
  marks,
  names,
  timed,
  durationNano,
  onPick,
}: {
  readonly marks: readonly EventMark[];
  readonly names: readonly string[];
  readonly timed: readonly { readonly offsetNano: number; readonly isError: boolean }[];
  readonly durationNano: number;
  readonly onPick: (mark: EventMark) => void;
}): ReactNode {
  const { startNano, endNano } = timelineRange(timed, durationNano);
  const width = endNano - startNano;
  const percent = (nano: number): string => `${((nano - startNano) / width) * 100}%`;
  return (
    <div className={styles['timeline']} data-testid="event-timeline">
      <div className={styles['track']}>
        <div
          className={styles['span']}
          style={{ left: percent(0), width: `${Math.max(0.5, (durationNano / width) * 100)}%` }}
        />
        {marks.map((mark) => {
          const first = timed[mark.events[0] ?? 0];
          const words =
            mark.events.length === 1
              ? `${names[mark.events[0] ?? 0] ?? ''} at ${formatDuration(first?.offsetNano ?? 0)}`
              : `${countOf(mark.events.length, 'event')} from ${formatDuration(first?.offsetNano ?? 0)}`;
          return (
            <button
              key={mark.events[0]}
              type="button"
              className={mark.isError ? styles['errorMark'] : styles['mark']}
              style={{ left: `${mark.at * 100}%` }}
              title={words}
              aria-label={words}
              onClick={() => onPick(mark)}
            >
              {mark.events.length > 1 ? mark.events.length : ''}
            </button>
          );
        })}
      </div>
      <p className={styles['axis']} aria-hidden="true">
        <span>{formatDuration(startNano)}</span>
        <span>{formatDuration(endNano)}</span>
      </p>
    </div>
  );
}
