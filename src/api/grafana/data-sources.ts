import { type Context, Hono } from 'hono';
import { isObject, type Json, type JsonObject } from '#dashboards/dashboard';
import type { DataSource, DataSourceRequest, DataSources } from '#dashboards/data-sources';
import { refused } from '#dashboards/refusals';
import { jsonReply } from '../reply.ts';
import { badRequestData } from './failures.ts';
import { JsonBody } from './request.ts';

/** /datasources of Grafana's API: what there is, made, changed and deleted. Secrets go in and never come out. */
export function dataSourcesApi(sources: DataSources): Hono {
  const app = new Hono();
  const byName = (c: Context) => sources.all().find(({ name }) => name === c.req.param('name'));
  const byId = (c: Context) => sources.all().find(({ id }) => String(id) === c.req.param('id'));
  const byUid = (c: Context) => sources.get(c.req.param('uid') ?? '');
  const show = (source: DataSource | undefined) => jsonReply(sourceJson(present(source)));
  const change = async (source: DataSource | undefined, c: Context) => {
    const body = await JsonBody.read(c);
    const { uid, id } = present(source);
    const changed = await sources.update(uid, requestOf(body), body.number('version'));
    const { name } = changed;
    return jsonReply({ datasource: sourceJson(changed), id, message: 'Datasource updated', name });
  };
  const remove = async (source: DataSource | undefined) => {
    const { id, name, uid } = await sources.delete(present(source).uid);
    return jsonReply({ message: 'Data source deleted', id, name, uid });
  };

  app.get('/datasources', () => jsonReply(sources.all().map(listed)));
  app.post('/datasources', async (c) => {
    const added = await sources.add(requestOf(await JsonBody.read(c)));
    const { id, name } = added;
    return jsonReply({ datasource: sourceJson(added), id, message: 'Datasource added', name });
  });
  app.get('/datasources/id/:name', (c) => jsonReply({ id: present(byName(c)).id }));
  app.get('/datasources/name/:name', (c) => show(byName(c)));
  app.delete('/datasources/name/:name', (c) => remove(byName(c)));
  app.get('/datasources/uid/:uid', (c) => show(byUid(c)));
  app.put('/datasources/uid/:uid', (c) => change(byUid(c), c));
  app.delete('/datasources/uid/:uid', (c) => remove(byUid(c)));
  app.get('/datasources/:id{[0-9]+}', (c) => show(byId(c)));
  app.put('/datasources/:id{[0-9]+}', (c) => change(byId(c), c));
  app.delete('/datasources/:id{[0-9]+}', (c) => remove(byId(c)));
  return app;
}

function present(source: DataSource | undefined): DataSource {
  if (source === undefined) throw refused('source-not-found');
  return source;
}

function requestOf(body: JsonBody): DataSourceRequest {
  const needed = (key: string) => {
    const value = body.string(key);
    if (value.trim() === '') throw badRequestData(`"${key}" must not be empty`);
    return value;
  };
  return {
    ...{ uid: body.string('uid'), name: needed('name'), type: needed('type'), access: body.string('access', 'proxy') },
    ...{ url: urlOf(body), user: body.string('user'), database: body.string('database') },
    ...{ basicAuth: body.flag('basicAuth'), basicAuthUser: body.string('basicAuthUser') },
    ...{ withCredentials: body.flag('withCredentials'), isDefault: body.flag('isDefault') },
    jsonData: objectOf(body, 'jsonData'),
    secrets: textsOf(objectOf(body, 'secureJsonData')),
  };
}

function urlOf(body: JsonBody): string {
  const url = body.string('url').trim();
  if (url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url;
  throw badRequestData(
    `Validation error, invalid URL ${JSON.stringify(url)}: write it in full, e.g. http://prometheus:9090`,
  );
}

function objectOf(body: JsonBody, key: string): JsonObject {
  const value = (body.value(key) ?? {}) as Json;
  if (!isObject(value)) throw badRequestData(`"${key}" must be an object`);
  return value;
}

function textsOf(value: JsonObject): Record<string, string> {
  const wrong = Object.entries(value).find(([, secret]) => typeof secret !== 'string');
  if (wrong !== undefined) throw badRequestData(`"secureJsonData.${wrong[0]}" must be a text`);
  return value as Record<string, string>;
}

/** As a list shows it. */
export function listed(source: DataSource): object {
  const { id, uid, name, type, access, url, user, database, basicAuth, isDefault, jsonData, readOnly } = source;
  return {
    ...{ id, uid, orgId: 1, name, type, typeName: type, typeLogoUrl: '', access, url, user, database, basicAuth },
    ...{ isDefault, jsonData, readOnly },
  };
}

function sourceJson(source: DataSource): object {
  const { basicAuthUser, withCredentials, version, secrets, lost } = source;
  // What cannot be decrypted is kept as well.
  const secureJsonFields = Object.fromEntries([...secrets.keys(), ...lost.keys()].map((name) => [name, true]));
  const lostSecrets = lost.size === 0 ? {} : { lostSecrets: [...lost.keys()] };
  return { ...listed(source), basicAuthUser, withCredentials, version, secureJsonFields, ...lostSecrets };
}
