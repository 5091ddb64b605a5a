import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

import { messageOf, sendOtlpJson } from '../api/backend.ts';
import { hrefOf, navigate } from '../navigation/location.ts';
import { tracePath } from '../navigation/routes.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import controls from '../styles/controls.module.css';
import styles from './empty-store.module.css';
import { sampleTrace } from './sample-trace.ts';

/** What a person sees who has just started the product: how to send the first span, and something to look at. */
export function EmptyStore(): ReactNode {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const tracesUrl = new URL(hrefOf('/v1/traces'), window.location.href).href;
  const loadSample = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { traceId, body } = sampleTrace(Date.now(), (length) => crypto.getRandomValues(new Uint8Array(length)));
      await sendOtlpJson(body);
      await queries.invalidateQueries();
      navigate(tracePath(traceId));
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <div className={styles['page']} data-testid="empty-store">
      <h2 className={styles['title']}>Nothing stored yet: send the first span</h2>
      <p className={styles['lead']}>Throughline is ready and listening. Traces show up here as soon as they arrive.</p>
      <section className={styles['card']}>
        <div className={styles['cardHead']}>
          <h3>Just looking?</h3>
        </div>
        <p>An order that takes 200 ms through gateway, auth, order, database, payment and an external API.</p>
        <div>
          <button
            type="button"
            className={`${controls['button']} ${controls['primary']}`}
            data-testid="load-sample"
            disabled={busy}
            onClick={() => void loadSample()}
          >
            {busy ? 'Loading…' : 'Load a sample trace'}
          </button>
        </div>
        {problem !== undefined && (
          <p role="alert" className={controls['problem']}>
            {problem}
          </p>
        )}
      </section>
      <Recipe title="An app with an OpenTelemetry SDK: five variables" text={environmentLines(window.location)} />
      <Recipe title="One span by hand" text={curlCommand(tracesUrl)} />
    </div>
  );
}

function Recipe({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <section className={styles['card']}>
      <div className={styles['cardHead']}>
        <h3>{title}</h3>
        <CopyButton text={text} label="the lines">
          Copy
        </CopyButton>
      </div>
      <pre className={styles['code']}>{text}</pre>
    </section>
  );
}

/** The page's own listener takes OTLP/HTTP as well, so the address is right whatever port 4318 is. */
function environmentLines(location: Location): string {
  const endpoint = new URL(hrefOf('/'), location.href).href.replace(/\/$/, '');
  return [
    'export OTEL_SERVICE_NAME=my-service',
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
    'export OTEL_TRACES_EXPORTER=otlp',
    'export OTEL_TRACES_SAMPLER=always_on',
  ].join('\n');
}

function curlCommand(tracesUrl: string): string {
  return [
    `NOW=$(date +%s)`,
    `curl ${tracesUrl} -H 'Content-Type: application/json' -d '{"resourceSpans":[{`,
    `  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my-service"}}]},`,
    `  "scopeSpans":[{"spans":[{"traceId":"'$(openssl rand -hex 16)'","spanId":"'$(openssl rand -hex 8)'",`,
    `    "name":"first span","kind":2,"startTimeUnixNano":"'$NOW'000000000","endTimeUnixNano":"'$NOW'150000000"}]}]}]}'`,
  ].join('\n');
}
