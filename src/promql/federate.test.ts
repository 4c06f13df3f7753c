import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { federate } from './federate.ts';

async function federated(externalLabels: readonly string[] = []): Promise<string> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  const add = (labels: Record<string, string>, t: number, v: number) =>
    appender.float(UNKNOWN_REF, Labels.from(labels), t, v);
  add({ __name__: 'up', instance: 'a:1', job: 'x' }, 100, 0);
  add({ __name__: 'up', instance: 'a:1', job: 'x' }, 200, 1);
  add({ __name__: 'errors', job: 'say "hi"' }, 200, 1e21);
  appender.stale(UNKNOWN_REF, Labels.from({ __name__: 'up', instance: 'gone:1' }), 200);
  await appender.commit();
  const range = { start: 0, end: 300 };
  const sets = [
    [createMatcher({ name: '__name__', operator: '=~', value: '.+' })],
    [createMatcher({ name: 'job', operator: '=', value: 'x' })],
  ];
  return new TextDecoder().decode(await federate(storage.querier(range), { matcherSets: sets, range, externalLabels }));
}

describe('federation', () => {
  it('gives the newest sample of each live series once, sorted by name', async () => {
    expect(await federated()).toBe(
      [
        '# TYPE errors untyped',
        'errors{job="say \\"hi\\"",instance=""} 1e+21 200',
        '# TYPE up untyped',
        'up{instance="a:1",job="x"} 1 200',
        '',
      ].join('\n'),
    );
  });

  it('adds the external labels that a series does not have', async () => {
    const text = await federated(['job', 'theirs', 'region', 'eu']);
    expect(text).toContain('up{instance="a:1",job="x",region="eu"} 1 200');
  });
});
