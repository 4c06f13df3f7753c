import { parentPort, workerData } from 'node:worker_threads';
import type { JsonObject } from '#dashboards/dashboard';
import type { CreatePainter, PictureAnswer, PictureAsk } from '#dashboards/picture';
import { encodeAnswer, STREAM_TYPE } from '#wire/query-stream';

/** Draws the dashboards that it is sent with the page's own code, and answers with what each threw; null: nothing. */
interface Work {
  readonly painter: string;
  readonly fonts: Record<'regular' | 'bold' | 'mono', Uint8Array>;
}

const NOW = Date.UTC(2026, 2, 5, 12);
const { painter: file, fonts } = workerData as Work;
const { createPainter } = (await import(file)) as { createPainter: CreatePainter };
let dashboard: JsonObject = {};
const painter = createPainter({ fonts, now: () => NOW, ask: (asked) => Promise.resolve(answer(asked)) });
const USUAL = { panel: null, width: 900, height: null, scale: 1, theme: 'dark', timeZone: 'utc', timeout: 30 } as const;

parentPort!.on('message', (dashboards: readonly JsonObject[]) => void draw(dashboards));

async function draw(dashboards: readonly JsonObject[]): Promise<void> {
  const faults: (string | null)[] = [];
  for (const one of dashboards) {
    dashboard = one;
    faults.push(await faultOf());
  }
  parentPort!.postMessage(faults);
}

/** A place that is no number, or words that only a programmer understands. */
const FAULTY = /[^<>]*="[^"<>]*(?:NaN|Infinity|undefined)[^<>]*|>[^<]*(?:undefined|\[object)[^<]*/;

async function faultOf(): Promise<string | null> {
  try {
    // The file's own range may be spoiled: that is refused in words.
    const { svg } = await painter.paint({ ...USUAL, uid: 'one', from: 'now-1h', to: 'now', variables: {}, series: {} });
    return FAULTY.exec(svg)?.[0] ?? null;
  } catch (error) {
    return error instanceof Error
      ? `${error.name}: ${error.message}\n${error.stack?.split('\n')[1] ?? ''}`
      : String(error);
  }
}

/** Every query has data, of the kind that it asks for. */
function answer({ path, body }: PictureAsk): PictureAnswer {
  if (path.startsWith('/api/dashboards/uid/')) return json({ meta: META, dashboard });
  if (path.includes('query_stream')) return streamed(body ?? '{}');
  if (/query_range|query$|query\?/.test(path)) return json({ status: 'success', data: data(!path.includes('range')) });
  if (path.includes('status/config')) return json({ status: 'success', data: { yaml: '' } });
  if (path.includes('label')) return json({ status: 'success', data: ['a', 'b'] });
  if (path.includes('datasources'))
    return json([{ uid: 'barograph', name: 'Barograph', type: 'prometheus', isDefault: true }]);
  if (path.includes('rules')) return json({ status: 'success', data: { groups: [] } });
  return json([]);
}

const META = {
  version: 1,
  folderUid: '',
  folderTitle: '',
  canSave: false,
  provisionedExternalId: '',
  isStarred: false,
};

function json(value: unknown): PictureAnswer {
  return { status: 200, contentType: 'application/json', body: new TextEncoder().encode(JSON.stringify(value)) };
}

function streamed(body: string): PictureAnswer {
  const { queries } = JSON.parse(body) as {
    readonly queries: readonly { readonly id: string; readonly time?: number }[];
  };
  const pieces = queries.map(({ id, time }) => {
    const head = { id: String(id), kind: 'json', warnings: [], infos: [] } as const;
    return encodeAnswer(head, new TextEncoder().encode(JSON.stringify(data(time !== undefined))));
  });
  return { status: 200, contentType: STREAM_TYPE, body: new Uint8Array(Buffer.concat(pieces)) };
}

function data(instant: boolean): unknown {
  const labels = ['0.1', '1', '+Inf'].map((le, i) => ({ __name__: 'm', le, instance: `host-${i}`, job: 'node' }));
  const time = (i: number) => NOW / 1000 - 60 * (20 - i);
  return instant
    ? { resultType: 'vector', result: labels.map((metric, i) => ({ metric, value: [NOW / 1000, String(i * 1.5)] })) }
    : {
        resultType: 'matrix',
        result: labels.map((metric, i) => ({
          metric,
          values: Array.from({ length: 20 }, (_, j) => [time(j), j === 7 ? 'NaN' : String(i + j / 3)]),
        })),
      };
}
