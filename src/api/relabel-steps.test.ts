import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRelabelConfigs } from '#model/relabel-config';
import { ApiWorld } from '#test/api-world';

const RULES = `
- {target_label: __address__, replacement: example.com:443, regex: ""}
- {source_labels: [__address__], regex: example\\.com:.*, action: drop}
- {target_label: job, regex: .*, replacement: should_not_apply}`;
const METRIC_RULES = '[{regex: user_id, action: labeldrop}]';

let world: ApiWorld;
beforeEach(async () => {
  world = new ApiWorld();
  await world.open({
    targets: {
      pools: () => ['web'],
      poolConfig: () => null,
      targets: () => Promise.reject(new Error('not asked for')),
      metadata: () => Promise.resolve(new Map()),
      targetMetadata: () => Promise.resolve([]),
      relabeling: (job) =>
        job !== 'web'
          ? null
          : {
              relabelConfigs: parseRelabelConfigs(RULES, 'utf8').value!,
              metricRelabelConfigs: parseRelabelConfigs(METRIC_RULES, 'utf8').value!,
              metricNameValidationScheme: 'utf8',
            },
    },
  });
});
afterEach(() => world.dispose());

const PATH = '/api/v1/targets/relabel_steps';
const ask = (params: Record<string, string>) => world.json(`${PATH}?${new URLSearchParams(params)}`);
const labels = JSON.stringify({ job: 'test', __address__: 'localhost:9090' });

describe('the steps of relabeling', () => {
  it('are those of the job, with empty labels from the rule on that drops', async () => {
    const { status, body } = await ask({ scrapePool: 'web', labels });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      data: {
        steps: [
          {
            rule: {
              ...{ separator: ';', regex: '', target_label: '__address__', replacement: 'example.com:443' },
              action: 'replace',
            },
            output: { __address__: 'example.com:443', job: 'test' },
            keep: true,
            explanation:
              'no source label is named, so the value is "", which matches the empty regex: __address__ becomes "example.com:443"',
          },
          {
            rule: {
              ...{ source_labels: ['__address__'], separator: ';', regex: 'example\\.com:.*', replacement: '$1' },
              action: 'drop',
            },
            output: {},
            keep: false,
            explanation: '__address__ is "example.com:443", which matches example\\.com:.*: dropped',
          },
          {
            rule: {
              ...{ separator: ';', regex: '.*', target_label: 'job', replacement: 'should_not_apply' },
              action: 'replace',
            },
            output: {},
            keep: false,
          },
        ],
      },
    });
  });

  it('may be those of its metrics', async () => {
    const { body } = await ask({ scrapePool: 'web', stage: 'metric', labels: '{"__name__":"x","user_id":"7"}' });
    expect(body).toMatchObject({ data: { steps: [{ output: { __name__: 'x' }, keep: true }] } });
  });

  it('may be those of rules that are tried, also without a job, and in a form', async () => {
    const rules = 'relabel_configs:\n  - source_labels: [job]\n    target_label: app\n    action: uppercase\n';
    const tried = { data: { steps: [{ output: { app: 'TEST', job: 'test' } }] } };
    const form = { labels: '{"job":"test"}', rules };
    expect((await ask(form)).body).toMatchObject(tried);
    expect((await ask({ ...form, scrapePool: 'web' })).body).toMatchObject(tried);
    const post = await world.json(PATH, { method: 'POST', body: new URLSearchParams(form) });
    expect(post.body).toMatchObject(tried);
    expect((await ask({ labels, rules: '' })).body).toEqual({ status: 'success', data: { steps: [] } });
  });

  it.each([
    [{ labels }, 'no scrapePool parameter provided'],
    [{ scrapePool: 'web' }, 'no labels parameter provided'],
    [{ scrapePool: 'db', labels }, 'error retrieving scrape config: scrape pool "db" not found'],
    [{ scrapePool: 'web', stage: 'x', labels }, 'stage must be target or metric, not "x"'],
    [
      { scrapePool: 'web', labels: '["a"]' },
      'error parsing labels: they must be a JSON object of strings, {"__address__":"localhost:9090"}',
    ],
    [
      { labels, rules: '- {source_labels: [a], action: hashmod, target_label: b}' },
      'error parsing rules: 1:3: [0].modulus: relabel configuration for hashmod requires non-zero modulus (add modulus: <number of shards>)',
    ],
    [
      { labels, rules: '- {regx: a}' },
      'error parsing rules: 1:4: [0].regx: field regx not found in type relabel.plain',
    ],
  ])('are refused with a reason: %j', async (params, error) => {
    const { status, body } = await ask(params as Record<string, string>);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errorType: 'bad_data' });
    expect((body as { error: string }).error).toContain(error);
  });
});
