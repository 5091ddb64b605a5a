import type { Span } from '@opentelemetry/api';

import type { Change } from './span-programs.ts';

/** Values are invalid on purpose, which the API's types rule out. */
export function applyChange(span: Span, one: Change): void {
  if (one.do === 'attributes') span.setAttributes(one.attributes);
  else if (one.do === 'attribute') span.setAttribute(one.key, one.value);
  else if (one.do === 'event') span.addEvent(one.name, one.attributes as never, one.time as never);
  else if (one.do === 'link') span.addLink(one.link as never);
  else if (one.do === 'links') span.addLinks(one.links as never);
  else if (one.do === 'status') span.setStatus({ code: one.code, message: one.message } as never);
  else if (one.do === 'name') span.updateName(one.name);
  else span.recordException(one.exception as never, one.time as never);
}
