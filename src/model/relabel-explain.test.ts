import { expect, it } from 'vitest';
import { Labels } from './labels.ts';
import { relabelSteps } from './relabel.ts';
import { parseRelabelConfigs } from './relabel-config.ts';
import { explainStep } from './relabel-explain.ts';

const labels = Labels.from({ job: 'api', env: 'prod', __meta_pod_app: 'shop', __meta_pod_tier: 'web' });

function explained(rule: string): string {
  const { value = [] } = parseRelabelConfigs(`[{${rule}}]`, 'utf8');
  return explainStep(labels, relabelSteps(labels, value)[0]!);
}

it.each([
  ['source_labels: [job], regex: api|web, action: keep', 'job is "api", which matches api|web: kept'],
  ['source_labels: [job], regex: web, action: keep', 'job is "api", which does not match web: dropped'],
  ['source_labels: [job, env], regex: api;.*, action: drop', 'job;env is "api;prod", which matches api;.*: dropped'],
  [
    'source_labels: [job, team, zone], separator: "/", regex: x, action: drop',
    'job/team/zone is "api//" (team, zone are absent), which does not match x: kept',
  ],
  [
    'source_labels: [team], regex: .+, action: keep',
    'team is absent, which reads as "", which does not match .+: dropped',
  ],
  ['source_labels: [job], target_label: env, action: keepequal', 'job is "api" and env is "prod": dropped'],
  ['source_labels: [job], target_label: env, action: dropequal', 'job is "api" and env is "prod": kept'],
  ['source_labels: [job], target_label: app', 'job is "api", which matches (.*): app becomes "api"'],
  ['source_labels: [job], target_label: job', 'job is "api", which matches (.*): nothing changes'],
  ['source_labels: [job], regex: web, target_label: app', 'job is "api", which does not match web: nothing changes'],
  [
    'target_label: env, replacement: ""',
    'no source label is named, so the value is "", which matches (.*): env is removed',
  ],
  ['source_labels: [job], target_label: shard, modulus: 8, action: hashmod', 'job is "api": shard becomes "2"'],
  ['source_labels: [job], target_label: job, action: uppercase', 'job is "api": job becomes "API"'],
  [
    'regex: __meta_pod_(.+), action: labelmap',
    '__meta_pod_(.+) matches __meta_pod_app, __meta_pod_tier: app becomes "shop", tier becomes "web"',
  ],
  ['regex: en., action: labeldrop', 'en. matches env: env is removed'],
  ['regex: zone, action: labeldrop', 'no name matches zone: nothing changes'],
])('%s says "%s"', (rule, text) => {
  expect(explained(rule)).toBe(text);
});
