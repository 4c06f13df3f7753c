import { describe, expect, it } from 'vitest';
import { emptyWords } from './empty-words.ts';
import { type SeriesSource, whyEmpty } from './why-empty.ts';

const SERIES: SeriesSource = {
  metricNames: async () => ['up', 'node_load1', 'restarts_total'],
  hasSeries: async (selector) => ['up', 'up{job="node"}', 'restarts_total'].includes(selector),
};

describe('an empty panel says', () => {
  it('which metrics there is no', async () => {
    expect(await whyEmpty(['rate(node_hwmon_temp[5m]) / node_load1'], SERIES)).toBe(
      'No data: there is no node_hwmon_temp in this time range.',
    );
    expect(await whyEmpty(['a + b', 'c', 'd - a', 'e'], SERIES)).toBe(
      'No data: there is no a, b, c and 2 more in this time range.',
    );
  });

  it('which selectors match nothing, without what does not select', async () => {
    expect(await whyEmpty(['sum(rate(up{job="gone"}[5m] offset 1h)) / sum(up)'], SERIES)).toBe(
      'No data: no series match up{job="gone"}.',
    );
  });

  it('that the query itself leaves nothing', async () => {
    expect(await whyEmpty(['increase(restarts_total[5m]) > 0'], SERIES)).toBe(
      'No data: there are series, but the query leaves none of them.',
    );
  });

  it('its own words alone where it has some, and the reason in the title', () => {
    expect(emptyWords('0', 'No data: x.')).toEqual({ words: '0', title: '0\nNo data: x.' });
    expect(emptyWords('', 'No data: x.')).toEqual({ words: 'No data: x.', title: 'No data: x.' });
  });
});
