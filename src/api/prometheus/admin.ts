import { type Context, Hono } from 'hono';
import type { MatcherSpec } from '#model/matcher';
import type { TimeRange } from '#model/time';
import { badParameter, badRequest, unavailable } from '../errors.ts';
import type { Params } from '../params.ts';
import { readParams, success } from '../reply.ts';
import { parsedSelector } from './series.ts';

/** What the admin endpoints do. */
export interface AdminSources {
  /** --web.enable-admin-api */
  readonly enabled: boolean;
  readonly deleteSeries: (deletion: {
    readonly selectors: readonly (readonly MatcherSpec[])[];
    readonly range: TimeRange;
  }) => Promise<void>;
  readonly cleanTombstones: () => Promise<void>;
  /** Gives the name of the snapshot's directory under `snapshots`. */
  readonly snapshot: (options: { readonly skipHead: boolean }) => Promise<string>;
}

/** /admin/tsdb/* of Prometheus' API. Mounted at /api/v1. */
export function adminApi(sources: AdminSources): Hono {
  const app = new Hono();
  const guarded = (path: string, run: (params: Params) => Promise<Response>) =>
    app.on(['POST', 'PUT'], `/admin/tsdb/${path}`, async (c: Context) => {
      if (!sources.enabled) throw unavailable('admin APIs disabled');
      return run(await readParams(c));
    });
  guarded('delete_series', async (params) => {
    if (params.all('match[]').length === 0) throw badRequest('no match[] parameter provided');
    const range = params.range();
    await sources.deleteSeries({ selectors: params.all('match[]').map(parsedSelector), range });
    return new Response(null, { status: 204 });
  });
  guarded('clean_tombstones', async () => {
    await sources.cleanTombstones();
    return new Response(null, { status: 204 });
  });
  guarded('snapshot', async (params) => {
    const skipHead = booleanOf(params.get('skip_head'));
    return success({ name: await sources.snapshot({ skipHead }) });
  });
  return app;
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['', '0', 'f', 'F', 'false', 'FALSE', 'False'];

/** As Go's strconv.ParseBool. */
function booleanOf(text: string): boolean {
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  const reason = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badParameter('skip_head', `unable to parse boolean: ${reason}`);
}
