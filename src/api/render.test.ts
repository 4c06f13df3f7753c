import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PictureRequest } from '#dashboards/picture';
import { BarographError } from '#lib/errors';
import { ApiWorld } from '#test/api-world';
import type { PictureSource } from './grafana/render.ts';

describe('pictures over HTTP', () => {
  let world: ApiWorld;
  beforeEach(() => {
    world = new ApiWorld();
  });
  afterEach(() => world.dispose());

  /** Opens the API with what draws; gives the requests that reached it. */
  async function open(draw: PictureSource['draw']): Promise<PictureRequest[]> {
    const asked: PictureRequest[] = [];
    const pictures: PictureSource = {
      draw: (request, ask, signal) => {
        asked.push(request);
        return draw(request, ask, signal);
      },
    };
    await world.open({ pictures });
    return asked;
  }

  it('are of a panel below d-solo and of a dashboard below d, with a slug or without', async () => {
    const asked = await open(async () => Uint8Array.of(1, 2, 3));
    const answer = await world.request('/render/d-solo/host/any?panelId=7&width=600');
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'image/png']);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([1, 2, 3]);
    await world.request('/render/d/host');
    expect(asked.map(({ uid, panel, width, height }) => [uid, panel, width, height])).toEqual([
      ['host', '7', 600, 500],
      ['host', null, 1000, null],
    ]);
  });

  it('ask this server as its pages do', async () => {
    await world.store({ __name__: 'up', job: 'a' }, world.line.clock.now(), 1);
    let told = '';
    await open(async (_, ask) => {
      const { status, body } = await ask({
        ...{ method: 'POST', path: '/api/v1/query', body: 'query=up' },
        contentType: 'application/x-www-form-urlencoded',
      });
      told = `${status} ${(JSON.parse(new TextDecoder().decode(body)) as { data: { result: unknown[] } }).data.result.length}`;
      return new Uint8Array();
    });
    await world.request('/render/d/host');
    expect(told).toBe('200 1');
  });

  it.each([
    ['picture-busy', 429],
    ['picture-timeout', 504],
    ['panel-not-found', 404],
  ])('that fail with %s answer %d, in JSON', async (code, status) => {
    await open(() => Promise.reject(new BarographError('no picture', { kind: 'unavailable', code, hint: 'Wait.' })));
    const { status: answered, body } = await world.json('/render/d/host');
    expect([answered, body]).toMatchObject([status, { message: 'no picture', hint: 'Wait.' }]);
  });

  it('are refused where they cannot be: before anything is drawn', async () => {
    const asked = await open(async () => new Uint8Array());
    const { status, body } = await world.json('/render/d-solo/host/any?width=600');
    expect([status, body]).toMatchObject([400, { message: '"panelId" is missing' }]);
    expect(asked).toEqual([]);
  });
});
