import { describe, expect, it } from 'vitest';
import { parseCurrent } from '#dashboards/parse-current';
import type { ResolvedVariable } from './resolved-variable.ts';
import { embedHtml, type Shared, sharedUrl } from './share-url.ts';

function variable(name: string, type: string, changes: Partial<ResolvedVariable['value']> = {}): ResolvedVariable {
  const { variables } = parseCurrent({ title: 'A', panels: [], templating: { list: [{ name, type }] } }, 'a');
  const value = { values: ['x'], text: 'x', multi: false, all: false, ...changes };
  return { definition: variables[0]!, options: [], value, problem: null };
}

const shared: Shared = {
  ...{ page: 'http://b.test/p/d/a', search: '?inspect=3&only-3=a&only-3=b&kiosk=1&var-job=api&var-job=web&row=row-7' },
  variables: [
    variable('job', 'query', { values: ['api', 'web'], multi: true }),
    variable('instance', 'query', { values: ['a:1', 'b:1'], multi: true, all: true }),
    variable('mode', 'custom', { values: ['a & b'] }),
    variable('step', 'interval', { values: ['30s'], text: 'auto' }),
  ],
  ...{ time: { from: '1000000000000', to: '1000000060000' }, panel: '3' },
};
const PARAMETERS =
  'from=1000000000000&to=1000000060000&var-job=api&var-job=web&var-instance=%24__all&var-mode=a+%26+b&only-3=a&only-3=b&row=row-7';

describe('what is shared of a dashboard', () => {
  it('names the range, every choice and the panel, and nothing else of the page', () => {
    expect(sharedUrl(shared)).toBe(`http://b.test/p/d/a?${PARAMETERS}&viewPanel=3`);
    expect(sharedUrl({ ...shared, search: '', variables: [], panel: null })).toBe(
      'http://b.test/p/d/a?from=1000000000000&to=1000000060000',
    );
  });

  it.each([
    ['http://b.test/p/d/a', 'http://b.test/p/d-solo/a'],
    ['http://b.test/d/d/d', 'http://b.test/d-solo/d/d'],
    ['http://b.test/d/d', 'http://b.test/d-solo/d'],
  ])('is embedded from a page of its own: %s', (page, embedded) => {
    expect(embedHtml({ ...shared, page }, 'light')).toBe(
      `<iframe src="${embedded}?${PARAMETERS.replaceAll('&', '&amp;')}&amp;panelId=3&amp;theme=light" width="600" height="300" style="border: 0"></iframe>`,
    );
  });
});
