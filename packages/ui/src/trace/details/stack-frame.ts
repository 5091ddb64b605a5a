/** One call of a stack trace. */
export interface StackFrame {
  /** All of its lines, as written. */
  readonly raw: string;
  /** What was called; `''` where only a place is known. */
  readonly call: string;
  /** File and line, as written; `''` where it is not known. */
  readonly place: string;
  /** The line of source that some runtimes add. */
  readonly source: string;
  /** Whether it is code of a library or the runtime rather than the application's own. */
  readonly isLibrary: boolean;
}

interface FrameRead {
  readonly frame: StackFrame;
  readonly lineCount: number;
}

/** The frame that begins at a line, in any of the languages that are known. */
export function readFrame(lines: readonly string[], at: number): FrameRead | undefined {
  const line = lines[at] ?? '';
  if (line.length > 2_000) return undefined;
  return readAtFrame(line) ?? readPythonFrame(lines, at) ?? readGoFrame(lines, at) ?? readRubyOrPhpFrame(line);
}

/** `at call (place)` of JavaScript, `at call(File.java:1)` of Java, `at Call(args) in file:line 1` of .NET. */
function readAtFrame(line: string): FrameRead | undefined {
  // Node ends the last line with a brace where properties of the error follow.
  const body = /^\s*at (.+?)(?: \{)?$/.exec(line)?.[1];
  if (body === undefined) return undefined;
  const dotnet = /^(.+\)) in (.+):line (\d+)$/.exec(body);
  if (dotnet !== null) return one(line, dotnet[1] ?? '', `${dotnet[2] ?? ''}:${dotnet[3] ?? ''}`);
  const java =
    /^([\w.$/@<>-]+)\(([^()]*(?:\.(?:java|kt|kts|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source))\)/.exec(
      body,
    );
  if (java !== null) return one(line, java[1] ?? '', java[2] ?? '');
  const script = /^(?:(.*) )?\((.+)\)$/.exec(body);
  if (script !== null) return one(line, script[1] ?? '', script[2] ?? '');
  if (/:\d+(?::\d+)?$|^<anonymous>$|^native$/.test(body)) return one(line, '', body.replace(/^async /, ''));
  return /[\w\])>]\(.*\)$/.test(body) ? one(line, body, '') : undefined;
}

/** `File "place", line 1, in call`, with the line of source below it. */
function readPythonFrame(lines: readonly string[], at: number): FrameRead | undefined {
  const match = /^(\s+)File "(.+)", line (\d+)(?:, in (.+))?$/.exec(lines[at] ?? '');
  if (match === null) return undefined;
  const indent = match[1]?.length ?? 0;
  const below: string[] = [];
  for (let next = at + 1; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (/^\s*File "/.test(line) || line.trim() === '' || line.length - line.trimStart().length <= indent) break;
    below.push(line.trim());
  }
  // Rows of ^^^ and ~~~ mark a place in the line above them.
  const source = below.filter((text) => !/^[\^~ ]+$/.test(text)).join(' ');
  return several(lines, at, below.length + 1, match[4] ?? '', `${match[2] ?? ''}:${match[3] ?? ''}`, source);
}

/** `package.Function(...)` with a tab and `/file.go:1 +0x1d` below it. */
function readGoFrame(lines: readonly string[], at: number): FrameRead | undefined {
  const place = /^\s+(.+\.(?:go|s):\d+)(?: \+0x[0-9a-f]+)?$/.exec(lines[at + 1] ?? '');
  if (place === null || /^\s/.test(lines[at] ?? '')) return undefined;
  const call = (lines[at] ?? '').replace(/\([^()]*\)$/, '');
  return several(lines, at, 2, call, place[1] ?? '', '');
}

/** `file.rb:1:in 'call'` of Ruby, `#0 file.php(1): call()` of PHP. */
function readRubyOrPhpFrame(line: string): FrameRead | undefined {
  const ruby = /^\s*(?:from )?(\S+\.(?:rb|erb|rake):\d+):in [`'](.+)'$/.exec(line);
  if (ruby !== null) return one(line, ruby[2] ?? '', ruby[1] ?? '');
  const php = /^\s*#\d+ (?:(.+)\((\d+)\)|\[internal function\]|\{main\})(?:: (.+))?$/.exec(line);
  if (php === null) return undefined;
  return one(line, php[3] ?? '{main}', php[1] === undefined ? '' : `${php[1]}:${php[2] ?? ''}`);
}

function one(raw: string, call: string, place: string): FrameRead {
  return { lineCount: 1, frame: frameOf(raw.trim(), call.trim(), place.trim(), '') };
}

function several(
  lines: readonly string[],
  at: number,
  lineCount: number,
  call: string,
  place: string,
  source: string,
): FrameRead {
  return { lineCount, frame: frameOf(lines.slice(at, at + lineCount).join('\n'), call, place, source) };
}

function frameOf(raw: string, call: string, place: string, source: string): StackFrame {
  return { raw, call, place, source, isLibrary: isLibraryPlace(place) || isLibraryCall(call) || place === 'native' };
}

/** Folders that package managers and runtimes keep their code in. */
const LIBRARY_PLACE =
  /(?:^|[/\\(])(?:node_modules|site-packages|dist-packages|vendor|gems|\.cargo|\.m2)[/\\]|^(?:node|internal|ext):|[/\\]pkg[/\\]mod[/\\]|[/\\]go[/\\]src[/\\](?!\w+\.\w+[/\\])|[/\\](?:usr|opt)[/\\](?:local[/\\])?lib(?:64)?[/\\]|[/\\]lib[/\\](?:python|ruby)[\d.]*|^<(?:anonymous|frozen [^>]*|string)>|^Native Method$|[/\\]_work[/\\]\d+[/\\]s[/\\]/;

/** Packages of runtimes and of the frameworks that fill most traces. */
const LIBRARY_CALL =
  /^(?:java\.base\/|app\/\/|platform\/\/)?(?:javax?|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|clojure|groovy|akka|reactor|rx|io\.(?:netty|grpc|opentelemetry|micrometer|undertow|vertx|reactivex|quarkus)|org\.(?:springframework|apache|hibernate|eclipse|jboss|postgresql|junit|slf4j|glassfish)|com\.(?:zaxxer|fasterxml|mysql|google\.common|google\.inject)|System|Microsoft|Npgsql|MySql|runtime|net\/http|reflect|testing)[.$]|^runtime\.|^net\/http\.|^database\/sql\./;

function isLibraryPlace(place: string): boolean {
  return LIBRARY_PLACE.test(place);
}

function isLibraryCall(call: string): boolean {
  return LIBRARY_CALL.test(call);
}
