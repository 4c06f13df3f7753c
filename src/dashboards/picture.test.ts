import { describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { type PictureRequest, pictureRequest } from './picture.ts';

const panel = (query: string): PictureRequest => pictureRequest('u', 'panel', new URLSearchParams(query));
const whole = (query: string): PictureRequest => pictureRequest('u', 'dashboard', new URLSearchParams(query));

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof BarographError) return error.message;
  }
  return 'nothing was refused';
}

describe('the request for a picture', () => {
  it('has defaults for all but the panel', () => {
    expect(panel('panelId=2')).toEqual({
      ...{ uid: 'u', panel: '2', width: 1000, height: 500, scale: 1, theme: 'dark', timeout: 30 },
      ...{ timeZone: null, from: null, to: null, variables: {}, series: {} },
    });
  });

  it('takes what links of Grafana carry', () => {
    const query =
      'orgId=1&from=now-6h&to=now&panelId=panel-7&width=600&height=300&tz=Europe%2FBerlin&theme=light&scale=2&var-job=a&var-job=b&var-host=';
    expect(panel(query)).toEqual({
      ...{ uid: 'u', panel: '7', width: 600, height: 300, scale: 2, theme: 'light', timeout: 30 },
      ...{ timeZone: 'Europe/Berlin', from: 'now-6h', to: 'now', variables: { job: ['a', 'b'], host: [''] } },
      series: {},
    });
  });

  it('takes which series are drawn, as the page has it', () => {
    expect(panel('panelId=7&only-7=cart&hide-8=pay&hide-8=a%26b').series).toEqual({
      7: { only: ['cart'], hide: [] },
      8: { only: [], hide: ['pay', 'a&b'] },
    });
  });

  it('of a dashboard is as high as the dashboard unless it says otherwise', () => {
    expect([whole(''), whole('height=-1'), whole('height=900')].map(({ height }) => height)).toEqual([null, null, 900]);
  });

  it.each([
    ['panelId=1&width=9', '"width" must be a number from 10 to 4000, not "9"'],
    ['panelId=1&height=NaN', '"height" must be a number from 10 to 4000, not "NaN"'],
    ['panelId=1&scale=4', '"scale" must be a number from 1 to 3, not "4"'],
    ['panelId=1&width=4000&height=4000&scale=3', 'width × height × scale² is more than 40000000 pixels'],
    ['panelId=1&theme=pink', '"theme" must be dark or light, not "pink"'],
    ['panelId=1&tz=Atlantis', '"tz" must be UTC, browser or the name of a time zone, not "Atlantis"'],
    ['panelId=1&timeout=600', '"timeout" must be a number from 1 to 60, not "600"'],
    ['width=100', '"panelId" is missing'],
  ])('is refused for %s', (query, message) => {
    expect(refusal(() => panel(query))).toBe(message);
  });
});
