import { getPath } from 'hono/utils/url';

/** The path by which the route of a request is found: that of Alertmanager's API may end with a slash, as it may there. */
export function routedPath(prefix: string): (request: Request) => string {
  const api = `${prefix}/api/v2/`;
  return (request) => {
    const path = getPath(request);
    return path.startsWith(api) && path !== api && path.endsWith('/') ? path.slice(0, -1) : path;
  };
}
