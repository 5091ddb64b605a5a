import { type StackFrame, readFrame } from './stack-frame.ts';

/** One exception of a chain with its frames. */
export interface StackSection {
  /** How it stands to the one before it, in the trace's own words (`Caused by`); `''` for the first. */
  readonly relation: string;
  /** Type and message, as written; may have several lines. */
  readonly heading: string;
  /** In the order written. */
  readonly frames: readonly StackFrame[];
  /** Frames that the runtime left out, as it says. */
  readonly omittedCount: number;
}

export interface StackTrace {
  readonly sections: readonly StackSection[];
  /** Whether the newest call stands last, as Python writes it. */
  readonly newestLast: boolean;
}

/** More lines than this are shown as they are. */
const MAX_LINES = 5_000;

interface OpenSection {
  relation: string;
  heading: string[];
  frames: StackFrame[];
  omittedCount: number;
}

/**
 * A stack trace as JavaScript, Java and its kin, Python, Go, .NET, Ruby and PHP write it; undefined if the text has no
 * frame of any of them. No line gets lost: what is no frame is part of a heading.
 */
export function parseStackTrace(text: string): StackTrace | undefined {
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) return undefined;
  const open = (relation = ''): OpenSection => ({ relation, heading: [], frames: [], omittedCount: 0 });
  let section = open();
  const sections: OpenSection[] = [section];
  /** Outer exceptions of .NET, whose frames follow those of the inner one. */
  const outer: OpenSection[] = [];
  let newestLast = false;
  const begin = (relation: string): void => {
    if (section.frames.length === 0 && section.heading.length === 0) {
      section.relation = relation;
      return;
    }
    section = open(relation);
    sections.push(section);
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const read = readFrame(lines, at);
    if (read !== undefined) {
      section.frames.push(read.frame);
      at += read.lineCount - 1;
      continue;
    }
    const omitted =
      /^\s*\.\.\. (\d+) (?:more|common frames omitted)|^\s*\[Previous line repeated (\d+) more times?\]/.exec(line);
    if (omitted !== null) {
      section.omittedCount += Number(omitted[1] ?? omitted[2]);
      continue;
    }
    const inner = /^\s*---> ?(.*)$/.exec(line);
    const caused = /^\s*(Caused by|Suppressed|\[cause\])(?:: ?|\s)(.*)$/.exec(line);
    if (/^\s*--- End of inner exception stack trace ---/.test(line)) {
      section = outer.pop() ?? section;
    } else if (inner !== null) {
      outer.push(section);
      begin('Caused by');
      if (inner[1] !== undefined && inner[1] !== '') section.heading.push(inner[1]);
    } else if (caused !== null) {
      begin(caused[1] === '[cause]' ? 'Caused by' : (caused[1] ?? ''));
      section.heading.push(caused[2] ?? '');
    } else if (/^(?:The above exception was|During handling of the above)/.test(line)) {
      begin(line.trim().replace(/:$/, ''));
    } else if (/^\s*Traceback \(most recent call last\):/.test(line)) {
      newestLast = true;
      if (section.frames.length > 0) begin('Then');
    } else if (/^goroutine \d+ \[/.test(line) && section.frames.length > 0) {
      begin('Then');
      section.heading.push(line);
    } else section.heading.push(line.trimEnd());
  }
  if (sections.every(({ frames }) => frames.length === 0)) return undefined;
  return {
    newestLast,
    sections: sections.map(({ heading, ...rest }) => ({ ...rest, heading: heading.join('\n') })),
  };
}
