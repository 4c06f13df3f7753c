import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import { ApiWorld } from '#test/api-world';

let world: ApiWorld;
beforeEach(async () => {
  world = new ApiWorld();
  const labels = Labels.from({ alertname: 'Down' });
  const alert = {
    labels,
    annotations: Labels.EMPTY,
    state: 'firing',
    activeAt: 0,
    value: 3,
    keepFiringSince: null,
  } as const;
  await world.open({ rules: { groups: () => [], alerts: () => [alert] } });
});
afterEach(() => world.dispose());

const down = { alertname: 'Down', zone: 'a' };
const id = fingerprint(Labels.from(down));
type Body = { data: Record<string, unknown> & { events: { kind: string; at: string }[] } };

describe('the history of alerts', () => {
  it('is that of a day, newest first, unless asked for otherwise', async () => {
    await world.line.post(down);
    await world.line.post({ alertname: 'Other' });
    const all = (await world.json('/api/v1/alerting/history')).body as Body;
    expect(all.data.events.map(({ kind }) => kind)).toEqual(['grouped', 'created', 'grouped', 'created']);
    const one = (await world.json(`/api/v1/alerting/history?fingerprint=${id}&limit=1`)).body as Body;
    expect(one.data.events).toEqual([
      expect.objectContaining({ kind: 'grouped', fingerprint: id, labels: down, receiver: 'team', groupKey: '{}:{}' }),
    ]);
    expect(await world.json('/api/v1/alerting/history?end=1')).toMatchObject({ body: { data: { events: [] } } });
  });
});

describe('why', () => {
  it('is told of an alert by its fingerprint, with what the rule says', async () => {
    await world.line.post(down);
    expect(await world.json(`/api/v1/alerting/why?fingerprint=${id}`)).toMatchObject({
      status: 200,
      body: {
        data: {
          fingerprint: id,
          labels: down,
          state: 'firing',
          rule: { state: 'firing', value: '3', activeAt: '1970-01-01T00:00:00.000Z' },
          walk: [{ depth: 0, matchers: '{}', receiver: 'team', verdict: 'taken', failed: '', continues: false }],
          routes: [
            {
              receiver: 'team',
              groupKey: '{}:{}',
              integrations: [],
              nextFlushAt: new Date(world.line.time(30)).toISOString(),
            },
          ],
          standing: [{ kind: 'grouped' }],
        },
      },
    });
  });

  it('is told of labels that no alert has yet', async () => {
    const labels = encodeURIComponent('{alertname="New"}');
    expect(await world.json(`/api/v1/alerting/why?labels=${labels}`)).toMatchObject({
      body: { data: { state: 'unknown', rule: null, routes: [{ receiver: 'team', nextFlushAt: null }], events: [] } },
    });
  });

  it.each([
    ['fingerprint=00', 404, 'nothing is known of an alert with the fingerprint 00'],
    ['', 400, 'labels must name the labels of one alert'],
    [`labels=${encodeURIComponent('{a=~"b"}')}`, 400, 'labels must name the labels of one alert'],
  ])('%s is refused', async (query, status, error) => {
    expect(await world.json(`/api/v1/alerting/why?${query}`)).toMatchObject({
      status,
      body: { error: expect.stringContaining(error) },
    });
  });
});
