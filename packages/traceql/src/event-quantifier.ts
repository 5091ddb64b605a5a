import { intrinsics } from './intrinsics.ts';
import type { SpanContext } from './read-field.ts';
import type { FieldExpression } from './syntax.ts';

/** Whether an expression reads fields of events or links, of which a span has any number. */
export interface Quantity {
  readonly events: boolean;
  readonly links: boolean;
}

const NONE: Quantity = { events: false, links: false };

export function quantityOf(expression: FieldExpression): Quantity {
  switch (expression.kind) {
    case 'literal':
      return NONE;
    case 'attribute':
      return { events: expression.scope === 'event', links: expression.scope === 'link' };
    case 'intrinsic': {
      const { of } = intrinsics[expression.name];
      return { events: of === 'event', links: of === 'link' };
    }
    case 'exists':
    case 'not':
    case 'negation':
      return quantityOf(expression.operand);
    case 'comparison':
    case 'arithmetic':
      return either([expression.left, expression.right]);
    case 'and':
    case 'or':
      return either(expression.operands);
  }
}

function either(operands: readonly FieldExpression[]): Quantity {
  const quantities = operands.map(quantityOf);
  return { events: quantities.some(({ events }) => events), links: quantities.some(({ links }) => links) };
}

/**
 * A comparison of event (link) fields holds for a span if it holds for one of its events (links); all event fields of
 * one comparison are those of the same event. Without events it does not hold.
 */
export function quantified(
  { events, links }: Quantity,
  condition: (context: SpanContext) => boolean,
): (context: SpanContext) => boolean {
  let test = condition;
  if (links) {
    const inner = test;
    test = (context) =>
      context.link === undefined ? context.span.links.some((link) => inner({ ...context, link })) : inner(context);
  }
  if (events) {
    const inner = test;
    test = (context) =>
      context.event === undefined ? context.span.events.some((event) => inner({ ...context, event })) : inner(context);
  }
  return test;
}
