import { type Context, Hono } from 'hono';
import { refused } from '#dashboards/refusals';
import type { Clock } from '#lib/clock';
import type { Annotation } from '#meta/annotations';
import type { MetaDatabase } from '#meta/meta-database';
import { jsonReply } from '../reply.ts';
import { badRequestData } from './failures.ts';
import { JsonBody, queryNumber } from './request.ts';

export interface AnnotationsApiOptions {
  readonly meta: Pick<MetaDatabase, 'commit' | 'annotations'>;
  readonly clock: Clock;
}

const USUAL_LIMIT = 100;

/** /annotations of Grafana's API. */
export function annotationsApi({ meta, clock }: AnnotationsApiOptions): Hono {
  const app = new Hono();
  const existing = (c: Context): Annotation => {
    const found = meta.annotations.get(Number(c.req.param('id')));
    if (found === undefined) throw refused('annotation-not-found');
    return found;
  };
  const add = async (annotation: Omit<Annotation, 'id' | 'createdAt' | 'updatedAt'>, message: string) => {
    let id = 0;
    await meta.commit(() => {
      id = meta.annotations.add({ ...annotation, createdAt: clock.now(), updatedAt: clock.now() });
    });
    return jsonReply({ message, id });
  };
  const change = async (next: Annotation) =>
    meta.commit(() => meta.annotations.change({ ...next, updatedAt: clock.now() }));

  app.get('/annotations', (c) => jsonReply(wanted(c, meta).map(annotationJson)));
  app.get('/annotations/tags', (c) =>
    jsonReply({ result: { tags: tagCounts(meta, c.req.query('tag') ?? '', queryNumber(c, 'limit', USUAL_LIMIT)) } }),
  );
  app.get('/annotations/:id', (c) => jsonReply(annotationJson(existing(c))));
  app.post('/annotations', async (c) => {
    const body = await JsonBody.read(c);
    const time = body.number('time') ?? clock.now();
    const place = { dashboardUid: body.string('dashboardUID'), panelId: body.number('panelId') ?? 0 };
    return add({ ...place, ...contentOf(body, { time, text: '', tags: [], data: '{}' }) }, 'Annotation added');
  });
  app.post('/annotations/graphite', async (c) => {
    const body = await JsonBody.read(c);
    const what = body.string('what');
    if (what === '') throw badRequestData('"what" must not be empty');
    const time = (body.number('when') ?? clock.now() / 1000) * 1000;
    const tags = typeof body.value('tags') === 'string' ? body.string('tags').split(' ') : (body.texts('tags') ?? []);
    const text = body.string('data') === '' ? what : `${what}\n${body.string('data')}`;
    const nowhere = { dashboardUid: '', panelId: 0, data: '{}' };
    return add({ ...nowhere, time, timeEnd: time, text, tags }, 'Graphite annotation added');
  });
  app.post('/annotations/mass-delete', async (c) => {
    const body = await JsonBody.read(c);
    const [uid, panelId, id] = [body.string('dashboardUID'), body.number('panelId'), body.number('annotationId')];
    if (id === null && (uid === '' || panelId === null)) {
      throw badRequestData('"annotationId", or "dashboardUID" and "panelId", must say which');
    }
    const chosen = id === null ? meta.annotations.query({ dashboardUid: uid, panelId: panelId! }) : [{ id }];
    await meta.commit(() => {
      for (const each of chosen) meta.annotations.delete(each.id);
    });
    return jsonReply({ message: 'Annotations deleted' });
  });
  app.put('/annotations/:id', async (c) => {
    const old = existing(c);
    const body = await JsonBody.read(c);
    await change({ ...old, ...contentOf(body, { ...old, tags: [] }) });
    return jsonReply({ message: 'Annotation updated' });
  });
  app.patch('/annotations/:id', async (c) => {
    const old = existing(c);
    const body = await JsonBody.read(c);
    await change({ ...old, ...contentOf(body, old), timeEnd: body.number('timeEnd') ?? old.timeEnd });
    return jsonReply({ message: 'Annotation patched' });
  });
  app.delete('/annotations/:id', async (c) => {
    const { id } = existing(c);
    await meta.commit(() => meta.annotations.delete(id));
    return jsonReply({ message: 'Annotation deleted' });
  });
  return app;
}

type Content = Pick<Annotation, 'time' | 'timeEnd' | 'text' | 'tags' | 'data'>;

/** What a body says, and where it says nothing what was before. */
function contentOf(body: JsonBody, before: Omit<Content, 'timeEnd'>): Content {
  const text = body.string('text', before.text);
  if (text === '') throw badRequestData('"text" must not be empty');
  const time = body.number('time') ?? before.time;
  const end = body.number('timeEnd') ?? time;
  const [from, to] = end < time ? [end, time] : [time, end];
  return {
    time: from,
    timeEnd: to,
    text,
    tags: body.texts('tags') ?? before.tags,
    data: body.raw('data') ?? before.data,
  };
}

function wanted(c: Context, meta: AnnotationsApiOptions['meta']): Annotation[] {
  const { from, to, dashboardUID, panelId } = c.req.query();
  const tags = (c.req.queries('tags') ?? []).filter((tag) => tag !== '');
  const some = c.req.query('matchAny') === 'true';
  const found = meta.annotations.query({
    ...(from === undefined ? {} : { from: queryNumber(c, 'from', 0) }),
    ...(to === undefined ? {} : { to: queryNumber(c, 'to', Number.MAX_SAFE_INTEGER) }),
    ...(dashboardUID === undefined || dashboardUID === '' ? {} : { dashboardUid: dashboardUID }),
    ...(panelId === undefined || panelId === '' ? {} : { panelId: queryNumber(c, 'panelId', 0) }),
  });
  const fits = (annotation: Annotation) => {
    if (tags.length === 0) return true;
    const has = (tag: string) => annotation.tags.includes(tag);
    return some ? tags.some(has) : tags.every(has);
  };
  return found.filter(fits).slice(0, queryNumber(c, 'limit', USUAL_LIMIT) || USUAL_LIMIT);
}

function tagCounts({ annotations }: AnnotationsApiOptions['meta'], part: string, limit: number): object[] {
  const counts = new Map<string, number>();
  for (const tag of annotations.query({}).flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const found = [...counts].filter(([tag]) => tag.toLowerCase().includes(part.toLowerCase()));
  return found
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([tag, count]) => ({ tag, count }));
}

function annotationJson({
  id,
  dashboardUid,
  panelId,
  time,
  timeEnd,
  text,
  tags,
  data,
  createdAt,
  updatedAt,
}: Annotation): object {
  return {
    ...{ id, alertId: 0, alertName: '', dashboardUID: dashboardUid, panelId, userId: 0, newState: '', prevState: '' },
    ...{ created: createdAt, updated: updatedAt, time, timeEnd, text, tags, login: '', email: '', avatarUrl: '' },
    data: JSON.parse(data) as unknown,
  };
}
