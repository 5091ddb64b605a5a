import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';

/** Longest map that stands on one line. */
const MAX_LINE_LENGTH = 160;

/** A scenario as YAML for people: what is short stands on one line. */
export function scenarioText(data: Readonly<Record<string, unknown>>, comment: readonly string[]): string {
  const document = new Document(data);
  document.commentBefore = comment.map((line) => ` ${line}`).join('\n');
  visit(document, {
    Map: (_key, node) => {
      if (isShort(node)) node.flow = true;
    },
    Seq: (_key, node) => {
      if (node.items.length === 0) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Whether it holds no list, and fits on a line. */
function isShort(node: Node): boolean {
  const length = lengthOf(node);
  return length !== undefined && length <= MAX_LINE_LENGTH;
}

function lengthOf(node: unknown): number | undefined {
  if (isScalar(node)) return String(node.value).length + 2;
  if (isSeq(node) || !isMap(node)) return undefined;
  let sum = 4;
  for (const { key, value } of node.items) {
    const length = lengthOf(value);
    if (length === undefined) return undefined;
    sum += (lengthOf(key) ?? 0) + length;
  }
  return sum;
}
