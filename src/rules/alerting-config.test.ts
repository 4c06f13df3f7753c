import { describe, expect, it } from 'vitest';
import { decodeGood, problemsOf } from '#test/decode';
import { checkAlertingConfig, alertingConfigSchema as schema } from './alerting-config.ts';

describe('the alerting block', () => {
  it('names Alertmanagers and how to reach them', () => {
    const text = 'alertmanagers:\n- static_configs: [{targets: ["a:9093"]}]\n  path_prefix: /am\n  timeout: 5s\n';
    expect(decodeGood(schema, text).alertmanagers).toMatchObject([
      {
        scheme: 'http',
        pathPrefix: '/am',
        timeout: 5000,
        apiVersion: 'v2',
        discovery: { staticConfigs: [{ targets: ['a:9093'] }] },
      },
    ]);
    expect(decodeGood(schema, '{}')).toEqual({ alertRelabelConfigs: [], alertmanagers: [] });
  });

  it.each([
    ['alertmanagers: [{api_version: v1}]', 'expected Alertmanager api version to be one of [v2] but got v1'],
    [
      'alertmanagers: [{sigv4: {}, basic_auth: {}}]',
      'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured',
    ],
    [
      'alertmanagers: [{sigv4: {}, authorization: {}}]',
      'at most one of basic_auth, authorization, oauth2, & sigv4 must be configured',
    ],
    ['alertmanagers: [{static_configs: [{targets: ["http://a"]}]}]', '"http://a" is not a valid hostname'],
    ['alertmanagers: [{relabel_configs: [~]}]', 'empty or null Alertmanager target relabeling rule'],
    ['alertmanagers: [{alert_relabel_configs: [~]}]', 'empty or null Alertmanager alert relabeling rule'],
    ['alert_relabel_configs: [~]', 'empty or null alert relabeling rule'],
  ])('refuses %s', (text, message) => {
    expect(problemsOf(schema, text)[0]).toContain(message);
  });

  it('has relabel rules checked with their place', () => {
    const found: unknown[] = [];
    const text =
      'alert_relabel_configs: [{action: replace}]\nalertmanagers: [{relabel_configs: [{action: hashmod, target_label: a}]}]\n';
    checkAlertingConfig(decodeGood(schema, text), 'utf8', (_, at) => found.push(at));
    expect(found).toEqual([
      ['alert_relabel_configs', 0, 'target_label'],
      ['alertmanagers', 0, 'relabel_configs', 0, 'modulus'],
    ]);
  });
});
