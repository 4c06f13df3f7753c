import type { PlainRequest } from '#lib/http-exchange';
import type { RunOptions } from '#promql/job';

/** The query belongs to who sent the request, and stops when they go away. */
export function requestOptions(request: PlainRequest): Required<Pick<RunOptions, 'signal' | 'origin'>> {
  const { signal, method, path, peer } = request;
  const client = {
    address: peer.address,
    userAgent: request.header('user-agent')?.slice(0, 200) ?? '',
    dashboard: request.header('x-dashboard-uid')?.slice(0, 200) ?? '',
  };
  return { signal, origin: { kind: 'http', client, method, path } };
}
