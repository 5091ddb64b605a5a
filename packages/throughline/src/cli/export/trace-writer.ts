import type { ExportFormat } from '@throughline/query/client';

/** Joins the documents of single traces, as the API exports them, to one file. */
export interface TraceWriter {
  readonly start: string;
  trace(document: Uint8Array): string | Uint8Array;
  readonly end: string;
}

export function traceWriter(format: ExportFormat): TraceWriter {
  switch (format) {
    case 'otlp':
      return { start: '', trace: asLine, end: '' };
    case 'html':
      // A page holds one trace; the command sees to that.
      return { start: '', trace: (document) => document, end: '' };
    case 'jaeger':
      // The envelope of Jaeger's API, which its UI and ours load.
      return listWriter(
        '{"data":[',
        (json) => arrayOf(json, 'data'),
        '],"total":0,"limit":0,"offset":0,"errors":null}\n',
      );
    case 'zipkin':
      return listWriter('[', (json) => arrayOf(json), ']\n');
    case 'simple':
      return listWriter('[', (json) => arrayOf(json, 'spans'), ']\n');
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** Bytes as they came: in JSON a line break can only be white space between values. */
function asLine(document: Uint8Array): Uint8Array {
  const line = new Uint8Array(document.length + 1);
  line.set(document);
  for (let i = 0; i < document.length; i++) {
    if (line[i] === LINE_FEED || line[i] === CARRIAGE_RETURN) line[i] = SPACE;
  }
  line[document.length] = LINE_FEED;
  return line;
}

/**
 * One array with the elements of all documents. Reading and writing JSON again changes none of these formats: what a
 * double cannot hold is text in all of them.
 */
function listWriter(start: string, elementsOf: (json: unknown) => readonly unknown[], end: string): TraceWriter {
  const decoder = new TextDecoder();
  let isFirst = true;
  return {
    start,
    trace: (document) => {
      const elements = elementsOf(JSON.parse(decoder.decode(document)));
      if (elements.length === 0) return '';
      const separator = isFirst ? '\n' : ',\n';
      isFirst = false;
      return separator + elements.map((element) => JSON.stringify(element)).join(',\n');
    },
    end: `\n${end}`,
  };
}

/** The array that the document is, or has at `key`. */
function arrayOf(json: unknown, key?: string): readonly unknown[] {
  const list =
    key !== undefined && typeof json === 'object' && json !== null
      ? Object.entries(json).find(([name]) => name === key)?.[1]
      : json;
  return Array.isArray(list) ? list : [];
}
