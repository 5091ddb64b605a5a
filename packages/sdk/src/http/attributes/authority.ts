export interface Authority {
  readonly host: string;
  readonly port: number | undefined;
}

const NONE: Authority = { host: '', port: undefined };
let lastText: string | undefined;
let lastAuthority = NONE;

/**
 * Host and port of a `Host` header, `:authority`, or the part of a URL between `//` and the path. Brackets of IPv6
 * addresses are left out. Most requests name the same host, so the last answer is kept.
 */
export function parseAuthority(text: string): Authority {
  if (text === lastText) return lastAuthority;
  lastAuthority = parse(text);
  lastText = text;
  return lastAuthority;
}

function parse(text: string): Authority {
  if (text.charCodeAt(0) === 0x5b) {
    const end = text.indexOf(']');
    if (end < 0) return { host: text, port: undefined };
    return { host: text.slice(1, end), port: text[end + 1] === ':' ? portOf(text.slice(end + 2)) : undefined };
  }
  const colon = text.indexOf(':');
  // More than one colon without brackets is an IPv6 address.
  if (colon < 0 || text.includes(':', colon + 1)) return { host: text, port: undefined };
  return { host: text.slice(0, colon), port: portOf(text.slice(colon + 1)) };
}

function portOf(text: string): number | undefined {
  if (text === '') return undefined;
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

export function defaultPort(scheme: string): number | undefined {
  return scheme === 'http' ? 80 : scheme === 'https' ? 443 : undefined;
}

/** Host and port as they stand in a URL of this scheme. */
export function authorityText(scheme: string, host: string, port: number | undefined): string {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return port === undefined || port === defaultPort(scheme) ? name : `${name}:${port}`;
}
