import type { FieldExpression, SpansetExpression, TextRange } from './syntax.ts';
import type { TokenReader } from './token-reader.ts';

/** How `&&` and `||` chains are made of one sort of expression. */
export interface ChainGrammar<Node extends FieldExpression | SpansetExpression> {
  operand(): Node | undefined;
  /** The operands of a chain of this operator; the node alone if it is none. */
  flatten(operator: '&&' | '||', node: Node): readonly Node[];
  join(operator: '&&' | '||', operands: readonly Node[], range: TextRange): Node;
}

/**
 * Operands joined by `&&` and `||`, which bind alike, from the left, as in Tempo: `a || b && c` is `(a || b) && c`.
 * A chain of one operator becomes one flat node, parentheses or not.
 */
export function parseChain<Node extends FieldExpression | SpansetExpression>(
  reader: TokenReader,
  grammar: ChainGrammar<Node>,
): Node | undefined {
  const { start } = reader.peek().range;
  const first = grammar.operand();
  if (first === undefined) return undefined;
  let chain: '&&' | '||' | undefined;
  let operands: Node[] = [first];
  while (true) {
    const operator = reader.takeSymbol('&&', '||');
    if (chain !== undefined && operator !== chain) {
      const joined = grammar.join(chain, operands, reader.rangeFrom(start, operator === undefined ? 0 : 1));
      if (reader.nested(joined, operands) === undefined) return undefined;
      operands = [joined];
    }
    if (operator === undefined) return operands[0];
    if (chain !== operator) operands = [...grammar.flatten(operator, operands[0] ?? first)];
    chain = operator;
    const right = grammar.operand();
    if (right === undefined) return undefined;
    for (const operand of grammar.flatten(operator, right)) operands.push(operand);
  }
}
