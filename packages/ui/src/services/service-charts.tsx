import type { PerformanceAnswer, WindowParameters } from '@throughline/query/client';
import { type ReactNode, useMemo, useState } from 'react';

import type { TimeChartData, TimeMark } from '../charts/time-chart-layout.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatRoundDuration } from '../format/duration.ts';
import { formatRate } from '../format/rate.ts';
import { formatShare } from '../format/share.ts';
import { navigate } from '../navigation/location.ts';
import { tracesPath } from '../search/traces-link.tsx';
import { deploymentMarks } from './deployment-marks.ts';
import { redSeries, stepGrid } from './red-series.ts';
import styles from './service-charts.module.css';
import { useDeployments } from './use-deployments.ts';

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Requests, errors and durations over time, with the deployments that the versions of the spans tell of. */
export function ServiceCharts({
  answer,
  window,
  onZoom,
}: {
  readonly answer: PerformanceAnswer;
  readonly window: WindowParameters;
  readonly onZoom: (range: Range) => void;
}): ReactNode {
  const [hovered, setHovered] = useState(-1);
  const found = useDeployments(answer.service, window);
  const charts = useMemo(() => chartData(answer, deploymentMarks(found, answer.window)), [answer, found]);
  const openWith =
    (query: string) =>
    (range: Range): void =>
      navigate(tracesPath(query, range));
  const shared = { hovered, onHover: setHovered, onZoom };
  return (
    <section aria-label="Over time" className={styles['charts']}>
      <TimeChart name="requests" title="Requests" data={charts.requests} onOpen={openWith(answer.query)} {...shared} />
      <TimeChart
        name="errors"
        title="Error rate"
        data={charts.errors}
        onOpen={openWith(answer.error_query)}
        {...shared}
      />
      <TimeChart
        name="durations"
        title="Duration"
        data={charts.durations}
        onOpen={openWith(answer.query)}
        {...shared}
      />
    </section>
  );
}

function chartData(
  answer: PerformanceAnswer,
  marks: readonly TimeMark[],
): Readonly<Record<'requests' | 'errors' | 'durations', TimeChartData>> {
  const grid = stepGrid(answer.window, answer.step_seconds);
  const series = redSeries(
    answer.points.map((point) => ({
      ...point,
      p50_nano: point.durations?.p50_nano ?? 0,
      p95_nano: point.durations?.p95_nano ?? 0,
      p99_nano: point.durations?.p99_nano ?? 0,
    })),
    grid,
  );
  const shared = { ...grid, marks };
  return {
    requests: {
      ...shared,
      series: [
        { tone: 'requests', label: 'requests', shape: 'bars', values: series.requestRates },
        { tone: 'errors', label: 'failed', shape: 'bars', values: series.errorRates },
      ],
      leastTop: 1e-6,
      formatValue: (rate) => (rate === 0 ? '0' : formatRate(rate)),
    },
    errors: {
      ...shared,
      series: [{ tone: 'errors', label: 'failed of all', shape: 'line', values: series.errorShares }],
      leastTop: 0.01,
      formatValue: formatShare,
    },
    durations: {
      ...shared,
      series: [
        { tone: 'p50', label: 'p50', shape: 'line', values: series.p50s },
        { tone: 'p95', label: 'p95', shape: 'line', values: series.p95s },
        { tone: 'p99', label: 'p99', shape: 'line', values: series.p99s },
      ],
      leastTop: 1000,
      formatValue: (nano) => (nano === 0 ? '0' : formatRoundDuration(nano)),
    },
  };
}
