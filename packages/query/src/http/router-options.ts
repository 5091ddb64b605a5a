/**
 * What the router of a server that mounts these APIs needs (Fastify's `routerOptions`): names of services stand in
 * paths, and Fastify takes only 100 characters by default.
 */
export const queryRouterOptions: { readonly maxParamLength: number } = { maxParamLength: 2_048 };
