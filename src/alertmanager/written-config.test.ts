import { describe, expect, it } from 'vitest';
import { alertmanagerConfig } from '#test/alertmanager';
import { printWrittenConfig } from './written-config.ts';

const shown = (yaml: string) => printWrittenConfig(alertmanagerConfig(yaml));

describe('the configuration as it was written', () => {
  it('has the keys of the file, in its order, and no defaults but resolve_timeout', () => {
    expect(
      shown(`
receivers:
  - name: a
    slack_configs: [{channel: '#x', api_url: 'https://hooks.slack.com/services/T/B/x'}]
route:
  receiver: a
  routes: [{match_re: {team: db|web}, continue: true}, {matchers: ['a="b",c="d"']}]
`),
    ).toBe(`global:
  resolve_timeout: 5m
receivers:
- name: a
  slack_configs:
  - channel: '#x'
    api_url: <secret>
route:
  receiver: a
  routes:
  - match_re:
      team: db|web
    continue: true
  - matchers:
    - a="b"
    - c="d"
`);
  });

  it('shows of a webhook no more than its host, and nothing of a template', () => {
    const text = shown(`
global: {resolve_timeout: 7m, smtp_auth_password: hunter2}
route: {receiver: a}
receivers:
  - name: a
    webhook_configs:
      - {url: 'https://me:hunter2@hook.example:8443/T/hunter2?key=hunter2#hunter2', max_alerts: 3}
      - {url: 'http://{{ .GroupLabels.team }}.example/hunter2'}
      - {url_file: /hook}
`);
    expect(text).not.toContain('hunter2');
    expect(text).toContain(
      `    webhook_configs:
  - url: https://hook.example:8443/<secret>
    max_alerts: 3
  - url: <secret>
  - url_file: /hook
`.slice(2),
    );
    expect(text).toContain('global:\n  resolve_timeout: 7m\n  smtp_auth_password: <secret>\n');
  });

  it('reads back', () => {
    const text = shown(`
route: {receiver: a}
receivers: [{name: a, webhook_configs: [{url: 'http://h/x'}]}]
`);
    expect(shown(text)).toBe(text);
  });
});
