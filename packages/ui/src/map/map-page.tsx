import { useQuery } from '@tanstack/react-query';
import type { RedGroupAnswer, ServiceGraphAnswer } from '@throughline/query/client';
import { type ReactNode, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';

import { backend, messageOf } from '../api/backend.ts';
import { useGraphLayout } from '../graph-layout/use-graph-layout.ts';
import { useParameters } from '../navigation/use-parameters.ts';
import { rangeOf } from '../search/traces-link.tsx';
import { isTyping } from '../shell/is-typing.ts';
import { Notice } from '../shell/notice.tsx';
import controls from '../styles/controls.module.css';
import { EmptyWindow } from '../time-range/empty-window.tsx';
import { useTimeRange } from '../time-range/use-time-range.ts';
import { useWindow } from '../time-range/use-window.ts';
import { assignServiceColours } from '../trace/service-colours.ts';
import { mapBoxes } from './map-boxes.ts';
import { MapCanvas, type MapControls } from './map-canvas.tsx';
import styles from './map-page.module.css';
import { FACTS_FONT, NAME_FONT } from './map-paint.ts';
import { MapPanel } from './map-panel.tsx';
import { filterMap } from './map-selection.ts';
import { mapFromUrl } from './map-state.ts';
import { MapToolbar } from './map-toolbar.tsx';
import { serviceMapOf } from './service-map.ts';

/** Who calls whom: services and what they use, with the traffic and the failures between them. */
export default function MapPage(): ReactNode {
  const [time, setTime] = useTimeRange();
  const window = useWindow(time);
  const graph = useQuery({
    queryKey: ['service-graph', window],
    queryFn: ({ signal }) => backend.serviceGraph(window, { signal }),
    enabled: window !== undefined,
  });
  const answer = graph.data;
  const red = useQuery({
    queryKey: ['red', 'map', answer?.window.start_time, answer?.window.end_time],
    queryFn: ({ signal }) =>
      backend.red(
        {
          by: 'service',
          start_time: answer?.window.start_time,
          end_time: answer?.window.end_time,
          limit: MAX_SERVICES,
        },
        { signal },
      ),
    enabled: answer !== undefined,
  });
  const controlsOfMap = useRef<MapControls>(null);
  useEffect(() => {
    document.title = 'Map · Throughline';
  }, []);
  // The boxes are as wide as their numbers, which come second: one layout instead of two.
  const isReady = answer !== undefined && !red.isPending;
  return (
    <main className={styles['page']} data-testid="map-page">
      <MapToolbar time={time} onTime={setTime} onRefresh={() => void graph.refetch()} controls={controlsOfMap} />
      {isReady ? (
        answer.edges.length === 0 && answer.peers.length === 0 && (red.data?.groups.length ?? 0) === 0 ? (
          <div>
            <EmptyWindow title="No calls in this time range" time={time} onChange={setTime} />
          </div>
        ) : (
          <LoadedMap answer={answer} groups={red.data?.groups ?? noGroups} controls={controlsOfMap} />
        )
      ) : graph.isError ? (
        <div>
          <Notice
            title="The map cannot be shown"
            role="alert"
            actions={
              <button type="button" className={controls['button']} onClick={() => void graph.refetch()}>
                Try again
              </button>
            }
          >
            <p>{messageOf(graph.error)}</p>
          </Notice>
        </div>
      ) : (
        <p className={styles['pending']} role="status">
          Reading who calls whom…
        </p>
      )}
    </main>
  );
}

const MAX_SERVICES = 1000;
const noGroups: readonly RedGroupAnswer[] = [];

function LoadedMap({
  answer,
  groups,
  controls: controlsOfMap,
}: {
  readonly answer: ServiceGraphAnswer;
  readonly groups: readonly RedGroupAnswer[];
  readonly controls: React.RefObject<MapControls | null>;
}): ReactNode {
  const [parameters, change] = useParameters();
  const { filter, choice } = useMemo(() => mapFromUrl(parameters), [parameters]);
  const whole = useMemo(() => serviceMapOf(answer, groups), [answer, groups]);
  const colours = useMemo(
    () => assignServiceColours(whole.nodes.filter(({ kind }) => kind === 'service').map(({ name }) => name)),
    [whole],
  );
  // By what it shows, not by the address: choosing a box must not lay the map out again.
  const filterKey = JSON.stringify(filter);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key says all that the filter does
  const map = useMemo(() => filterMap(whole, filter), [whole, filterKey]);
  const boxes = useMemo(() => mapBoxes(map, measureText()), [map]);
  const laidOut = useGraphLayout(boxes);
  const nodes = useMemo(() => new Map(map.nodes.map((node) => [node.id, node])), [map]);
  const edges = useMemo(() => new Map(map.edges.map((edge) => [edge.id, edge])), [map]);
  const [hovered, setHovered] = useState<string | undefined>(undefined);
  const choose = (next: { readonly kind: 'node' | 'edge'; readonly id: string } | undefined): void =>
    change({ node: next?.kind === 'node' ? next.id : undefined, edge: next?.kind === 'edge' ? next.id : undefined });
  useMapKeys(controlsOfMap, () => choose(undefined));
  return (
    <div className={styles['main']}>
      <div className={styles['drawing']}>
        {map.nodes.length === 0 ? (
          <Notice
            title="Nothing of the map is left"
            role="status"
            actions={
              <button
                type="button"
                className={controls['button']}
                onClick={() => change({ filter: undefined, errors: undefined, focus: undefined, peers: undefined })}
              >
                Show everything
              </button>
            }
          >
            <p>No box and no arrow is as the filters want it.</p>
          </Notice>
        ) : laidOut.status === 'done' && laidOut.graph === boxes ? (
          <MapCanvas
            layout={laidOut.layout}
            nodes={nodes}
            edges={edges}
            colours={colours}
            chosen={choice.node ?? choice.edge}
            hovered={hovered}
            onHover={setHovered}
            onChoose={choose}
            controls={controlsOfMap}
          />
        ) : laidOut.status === 'failed' ? (
          <Notice title="The map cannot be laid out" role="alert">
            <p>{laidOut.problem} The list beside it is complete.</p>
          </Notice>
        ) : (
          <p className={styles['pending']} role="status">
            Laying out…
          </p>
        )}
      </div>
      <MapPanel
        map={map}
        reasons={answer.reasons}
        colours={colours}
        time={rangeOf(answer.window)}
        node={choice.node === undefined ? undefined : nodes.get(choice.node)}
        edge={choice.edge === undefined ? undefined : edges.get(choice.edge)}
        onChoose={choose}
        onHover={setHovered}
        onFocus={(id) => change({ focus: id })}
      />
    </div>
  );
}

/** `+` and `-` zoom, `0` shows everything, Escape goes back to the list. */
function useMapKeys(map: React.RefObject<MapControls | null>, onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event.target)) return;
      if (event.key === '+' || event.key === '=') map.current?.zoom(1.25);
      else if (event.key === '-') map.current?.zoom(0.8);
      else if (event.key === '0') map.current?.fit();
      else if (event.key === 'Escape') close();
    };
    globalThis.addEventListener('keydown', onKeyDown);
    return () => globalThis.removeEventListener('keydown', onKeyDown);
  }, [map]);
}

/** Widths of texts as the canvas will draw them. */
function measureText(): (text: string, line: 'name' | 'facts') => number {
  const context = document.createElement('canvas').getContext('2d');
  return (text, line) => {
    if (context === null) return text.length * 7;
    context.font = line === 'name' ? NAME_FONT : FACTS_FONT;
    return context.measureText(text).width;
  };
}
