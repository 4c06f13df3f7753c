import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import { scrapeConfig } from '#test/scrape-config';
import { buildGroup, droppedLabels, joinGroups } from './build-targets.ts';
import { discoveredLabels } from './target.ts';

const group = (targets: readonly Record<string, string>[], labels: Record<string, string> = {}): TargetGroup => ({
  source: 'static/0:0',
  targets: targets.map(Labels.from),
  labels: Labels.from(labels),
});
function builtGroups(yaml: string, groups: readonly TargetGroup[]) {
  const config = scrapeConfig(yaml);
  const { targets, ...rest } = joinGroups(
    config,
    groups.map((one) => buildGroup(config, one)),
  );
  return { ...rest, targets: [...targets.values()] };
}

const built = (yaml: string, ...targets: Record<string, string>[]) => builtGroups(yaml, [group(targets)]);
const at = { __address__: 'a:1' };

describe('a target', () => {
  it('takes what discovery does not say from its job', () => {
    const [target] = built('metrics_path: /m\nscheme: https\nparams: {x: [1, 2], y: ["a b"]}', at).targets;
    expect(discoveredLabels(target!).toRecord()).toEqual({
      __address__: 'a:1',
      __always_scrape_classic_histograms__: 'false',
      __convert_classic_histograms_to_nhcb__: 'false',
      __metrics_path__: '/m',
      __param_x: '1',
      __param_y: 'a b',
      __scheme__: 'https',
      __scrape_interval__: '10s',
      __scrape_native_histograms__: 'false',
      __scrape_timeout__: '10s',
      job: 'test',
    });
    expect(target?.url).toBe('https://a:1/m?x=1&x=2&y=a+b');
    expect(target?.labels.toRecord()).toEqual({ instance: 'a:1', job: 'test' });
  });

  it('has its own labels before those of its group', () => {
    const groups = [group([{ ...at, zone: 'own', job: 'mine' }], { zone: 'group', team: 'x', instance: 'i' })];
    const [target] = builtGroups('', groups).targets;
    expect(target?.labels.toRecord()).toEqual({ zone: 'own', job: 'mine', team: 'x', instance: 'i' });
  });

  it('have an address as it is written: what stands for something else in a URL is escaped', () => {
    const urls = ['u:pw@a:1', 'a:1?x=#y', 'a:1\\foo', 'a b:1', '%6ca', 'a:1\n', '[::1]:1', 'ä:1'].map(
      (address) => built('', { __address__: address }).targets[0]?.url,
    );
    expect(urls).toEqual([
      ...['http://u:pw%40a:1/metrics', 'http://a:1%3Fx=%23y/metrics', 'http://a:1%5Cfoo/metrics'],
      ...['http://a%20b:1/metrics', 'http://%256ca/metrics', 'http://a:1%0A/metrics'],
      ...['http://[::1]:1/metrics', 'http://ä:1/metrics'],
    ]);
  });

  it('can be changed by relabeling in all that matters', () => {
    const [target] = built(
      `
relabel_configs:
  - {target_label: __param_target, source_labels: [__address__]}
  - {target_label: __address__, replacement: 'probe:9115'}
  - {target_label: __metrics_path__, replacement: 'probe dir/x?y'}
  - {target_label: __scrape_interval__, replacement: 30s}
  - {target_label: __scrape_timeout__, replacement: 500ms}
  - {action: labelmap, regex: __meta_(.+)}
`,
      { ...at, __meta_app: 'shop' },
    ).targets;
    expect(target?.url).toBe('http://probe:9115/probe%20dir/x%3Fy?target=a%3A1');
    expect([target?.interval, target?.timeout]).toEqual([30_000, 500]);
    expect(target?.labels.toRecord()).toEqual({ app: 'shop', instance: 'probe:9115', job: 'test' });
  });

  it('says how its histograms are taken, in any of the words of Go', () => {
    const job = 'scrape_native_histograms: true\nalways_scrape_classic_histograms: true\n';
    const [asJob, own, cleared] = [
      built(job, at),
      built(job, {
        ...at,
        __scrape_native_histograms__: 'F',
        __always_scrape_classic_histograms__: '0',
        __convert_classic_histograms_to_nhcb__: 'True',
      }),
      built(`${job}relabel_configs: [{regex: '__.*_histograms__', action: labeldrop}]`, at),
    ].map(({ targets }) => targets[0]!.histograms);
    expect(asJob).toEqual({ native: true, alwaysClassic: true, toNhcb: false });
    expect(own).toEqual({ native: false, alwaysClassic: false, toNhcb: true });
    expect(cleared).toEqual(asJob);
  });

  it('is there once, however often it is discovered', () => {
    expect(built('', at, at, { __address__: 'b:1' }).targets.map(({ url }) => url)).toEqual([
      'http://a:1/metrics',
      'http://b:1/metrics',
    ]);
  });

  it('is kept to be shown when relabeling drops it, as far as the job says', () => {
    const drop = 'relabel_configs: [{source_labels: [__address__], regex: "a.*", action: drop}]\n';
    const three = [at, { __address__: 'a:2' }, { __address__: 'a:3' }];
    const all = built(drop, ...three);
    expect([all.targets.length, all.dropped.length, all.droppedCount]).toEqual([0, 3, 3]);
    const one = built(`${drop}keep_dropped_targets: 1`, ...three);
    expect([
      one.dropped.map((target) => droppedLabels(scrapeConfig(''), target).get('__address__')),
      one.droppedCount,
    ]).toEqual([['a:1'], 3]);
  });
});

describe('a target that makes no sense', () => {
  const error = (labels: Record<string, string>) => built('', { ...at, ...labels }).rejected[0]?.error;

  it.each([
    [{ __address__: '' }, 'no address'],
    [{ __address__: 'http://a:1/x' }, '"http://a:1/x" is not a valid hostname'],
    [{ __scrape_interval__: 'soon' }, 'error parsing scrape interval: not a valid duration string: "soon"'],
    [{ __scrape_interval__: '0' }, 'scrape interval cannot be 0'],
    [{ __scrape_timeout__: '1x' }, 'error parsing scrape timeout: not a valid duration string: "1x"'],
    [{ __scrape_timeout__: '0s' }, 'scrape timeout cannot be 0'],
    [
      { __scrape_native_histograms__: 'yes' },
      'error parsing scrape native histograms: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    [
      { __convert_classic_histograms_to_nhcb__: 'x' },
      'error parsing convert classic histograms to nhcb: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [{ __scrape_timeout__: '1m' }, 'scrape timeout cannot be greater than scrape interval ("1m" > "10s")'],
  ])('is rejected: %j', (labels, message) => {
    expect(error(labels)).toBe(`instance 0 in group static/0:0: ${message}`);
  });

  it('is rejected when relabeling leaves nothing of it, as Prometheus does', () => {
    const { rejected, droppedCount } = built('relabel_configs: [{action: labeldrop, regex: ".*"}]', at);
    expect([rejected.map(({ error }) => error), droppedCount]).toEqual([
      ['instance 0 in group static/0:0: no address'],
      0,
    ]);
  });

  it('is scraped, and fails then, when it is only its URL that is none', () => {
    const urls = built('', { __address__: 'a:99999' }, { __address__: '::1' }).targets.map(({ url }) => url);
    expect(urls).toEqual(['http://a:99999/metrics', 'http://::1/metrics']);
  });

  it('asks for the replacement character in place of half a surrogate pair', () => {
    const [target] = built('', { ...at, __metrics_path__: '/\ud800x', __param_q: '\udc00' }).targets;
    expect(target?.url).toBe('http://a:1/%EF%BF%BDx?q=%EF%BF%BD');
  });

  it('does not keep the others from being scraped', () => {
    const { targets, rejected } = built('', { __address__: '' }, at);
    expect([targets.length, rejected.length]).toEqual([1, 1]);
  });
});

describe('the next group of a source', () => {
  const RULES = `
relabel_configs:
  - {source_labels: [__meta_scrape], regex: 'no', action: drop}
  - {source_labels: [__meta_service], target_label: service}
  - {regex: __meta_label_(.+), action: labelmap}`;
  const config = scrapeConfig(RULES);
  const pods = [{ __address__: 'a:1' }, { __address__: 'b:1', __meta_scrape: 'no' }, { __address__: '' }].map(
    Labels.from,
  );
  const [a, b, none] = pods as [Labels, Labels, Labels];
  const groupOf = (targets: readonly Labels[], labels: Record<string, string>): TargetGroup => ({
    ...{ source: 'endpoints/shop/cart', targets, labels: Labels.from(labels) },
  });
  const first = groupOf([a, b, none, a], { __meta_service: 'cart', __meta_changed: '1', __meta_label_team: 'x' });
  const c = Labels.from({ __address__: 'c:1' });

  it.each([
    ['that says nothing else', { __meta_service: 'cart', __meta_changed: '1', __meta_label_team: 'x' }],
    ['with a label that no rule reads', { __meta_service: 'cart', __meta_changed: '2', __meta_label_team: 'x' }],
    ['without a label that no rule reads', { __meta_service: 'cart', __meta_label_team: 'x' }],
    ['with another value of a source label', { __meta_service: 'till', __meta_label_team: 'x' }],
    ['with another label for a labelmap', { __meta_service: 'cart', __meta_label_tier: 'y' }],
    ['with what makes the address', { __meta_service: 'cart', __address__: 'group:1' }],
    ['that asks otherwise', { __meta_service: 'cart', __scheme__: 'https' }],
  ])('%s comes to what it would have come to as the first', (_, labels) => {
    const next = groupOf([none, c, a, b, a], labels);
    expect(buildGroup(config, next, buildGroup(config, first))).toEqual(buildGroup(config, next));
  });

  it('does not relabel again what it still has', () => {
    const next = groupOf([a, c], { __meta_service: 'cart', __meta_changed: '2', __meta_label_team: 'x' });
    const known = buildGroup(config, { ...first, targets: [b, a] });
    const [kept, come] = buildGroup(config, next, known).targets;
    expect(kept?.labels).toBe(known.targets[0]?.labels);
    expect(come?.labels.toRecord()).toEqual({ instance: 'c:1', job: 'test', service: 'cart', team: 'x' });
  });
});
