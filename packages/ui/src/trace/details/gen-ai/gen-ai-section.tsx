import { type ReactNode, useState } from 'react';

import { countOf, formatCount } from '../../../format/count.ts';
import { useUiSettings } from '../../../settings/ui-settings.ts';
import controls from '../../../styles/controls.module.css';
import { AfterDetails } from '../../after-details.tsx';
import type { DetailsReader } from '../../span-details.ts';
import type { TraceView } from '../../trace-view.ts';
import { matchesFilter } from '../attribute-groups.ts';
import { Section } from '../section.tsx';
import { costOf, formatCost } from './cost.ts';
import type { GenAiCall } from './gen-ai-call.ts';
import styles from './gen-ai-section.module.css';
import { MessageView } from './message-view.tsx';
import type { Message } from './message.ts';
import { ModelCallList } from './model-call-list.tsx';

/** Messages shown at first: an agent's last call carries its whole history. */
const SHOWN_AT_FIRST = 40;

/** A call to a model, a tool or an agent: what it was, what it took, and what was said. */
export function GenAiSection({
  call,
  view,
  details,
  row,
  filter,
}: {
  readonly call: GenAiCall;
  readonly view: TraceView;
  readonly details: DetailsReader;
  readonly row: number;
  readonly filter: string;
}): ReactNode {
  const { gen_ai_prices: prices, gen_ai_currency: currency } = useUiSettings();
  const { usage } = call;
  const cost = costOf(call.model, usage, prices);
  const facts: readonly (readonly [string, string])[] = [
    ['Model', call.model],
    ['Provider', call.provider],
    ['Agent', call.agent],
    ['Tool', call.tool],
    ['Tokens in', tokens(usage.input, usage.cachedInput, 'cached')],
    ['Tokens out', tokens(usage.output, usage.reasoning, 'reasoning')],
    ['Cost', cost === undefined ? '' : formatCost(cost, currency)],
    ['Finished', call.finishReasons.join(', ')],
  ];
  const messages = [...call.input, ...call.output].filter((message) => matchesFilter(textOfMessage(message), filter));
  return (
    <Section title="Generative AI">
      <dl className={styles['facts']} data-testid="gen-ai">
        {facts
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {messages.length > 0 && <Conversation messages={messages} />}
      <AfterDetails arrival={view.arrival}>
        {() => <ModelCallList view={view} details={details} row={row} prices={prices} currency={currency} />}
      </AfterDetails>
    </Section>
  );
}

function tokens(count: number | undefined, part: number | undefined, what: string): string {
  if (count === undefined) return '';
  return part === undefined || part === 0 ? formatCount(count) : `${formatCount(count)} (${formatCount(part)} ${what})`;
}

function textOfMessage({ role, parts }: Message): string {
  return [role, ...parts.map((part) => ('name' in part ? `${part.name}\n${part.text}` : part.text))].join('\n');
}

function Conversation({ messages }: { readonly messages: readonly Message[] }): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  // The end is what the call was about.
  const first = showsAll ? 0 : Math.max(0, messages.length - SHOWN_AT_FIRST);
  return (
    <>
      {first > 0 && (
        <button
          type="button"
          className={`${controls['button']} ${controls['small']} ${styles['earlier']}`}
          onClick={() => setShowsAll(true)}
        >
          Show {countOf(first, 'earlier message')}
        </button>
      )}
      <ol className={styles['conversation']} aria-label="Conversation">
        {messages.slice(first).map((message, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- messages have no identity but their place
          <MessageView key={first + index} message={message} />
        ))}
      </ol>
    </>
  );
}
