/** An operation's name tells its protocol: `GET /items/{id}`, `shop.Cart/AddItem`, or any other name. */
export type OperationName =
  | { readonly protocol: 'http'; readonly method: string; readonly route: string }
  | { readonly protocol: 'grpc'; readonly method: string }
  | { readonly protocol: 'none' };

export function parseOperationName(name: string): OperationName {
  const http = /^([A-Z]{3,10}) (\/\S*)$/.exec(name);
  if (http !== null) return { protocol: 'http', method: http[1] ?? '', route: http[2] ?? '' };
  if (/^[A-Za-z_][\w.]*\/[A-Za-z_]\w*$/.test(name)) return { protocol: 'grpc', method: name };
  return { protocol: 'none' };
}

/** What the parameters of a route stand for in one request: `/items/{id}` and `/items/:id` become `/items/4711`. */
export function pathOf(route: string, drawNumber: () => number): string {
  return route.replace(/\{[^}]+\}|:[A-Za-z_]\w*/g, () => String(drawNumber()));
}
