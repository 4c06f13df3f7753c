import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { scratch } from '#test/process';
import { Db } from './db.ts';

it('the cardinality of the head counts metrics, labels and pairs, largest first', async () => {
  const folder = scratch();
  const db = await Db.open({ dir: join(folder.dir, 'data') });
  const appender = db.appender();
  for (let i = 0; i < 3; i++) {
    appender.float(UNKNOWN_REF, Labels.from({ __name__: 'http', job: 'a', path: `/${i}` }), 1, 1);
  }
  appender.float(UNKNOWN_REF, Labels.from({ __name__: 'up', job: 'a' }), 1, 1);
  await appender.commit();
  expect(db.cardinality(2)).toEqual({
    series: 4,
    metrics: [
      { name: 'http', series: 3, newPerHour: 3 },
      { name: 'up', series: 1, newPerHour: 1 },
    ],
    labels: [
      { name: 'path', values: 3, series: 3 },
      { name: '__name__', values: 2, series: 4 },
    ],
    pairs: [
      { name: 'job', value: 'a', series: 4 },
      { name: 'path', value: '/0', series: 1 },
    ],
  });
  await db.close();
  folder.remove();
});
