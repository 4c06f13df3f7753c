import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '#lib/schema-decode';
import {
  type AlertmanagerConfig,
  namedTimeIntervals,
  parseAlertmanagerConfig,
  printAlertmanagerConfig,
  routeMatchers,
  sourceMatchers,
  targetMatchers,
} from './config.ts';
import type { MatcherMode } from './matcher-syntax.ts';

const MINIMAL = 'route: {receiver: a}\nreceivers: [{name: a}]\n';

function good(text: string): AlertmanagerConfig {
  const { value, problems } = parseAlertmanagerConfig(text, '/etc/am/alertmanager.yml');
  if (problems.length > 0 || value === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return value;
}

/** The problems without the file and without hints. */
function problemsOf(text: string): string[] {
  return parseAlertmanagerConfig(text).problems.map(
    ({ at, path, message }) => `${at.line}:${at.column}: ${path}: ${message}`,
  );
}

/** A configuration whose only receiver has this integration. */
function withIntegration(key: string, entry: string, global = '{}'): string {
  return `global: ${global}\nroute: {receiver: a}\nreceivers:\n- name: a\n  ${key}:\n  - ${entry}\n`;
}

describe('alertmanager.yml', () => {
  it('may be as small as a route and a receiver', () => {
    const config = good(MINIMAL);
    expect(config.route).toMatchObject({ receiver: 'a', continue: false, routes: [], matchers: [] });
    expect(config.route.groupBy).toBeUndefined();
    expect(config.receivers).toMatchObject([
      { name: 'a', labels: { name: 'a' }, webhookConfigs: [], slackConfigs: [] },
    ]);
    expect(config.global).toMatchObject({
      resolveTimeout: 300_000,
      smtpHello: 'localhost',
      smtpRequireTls: true,
      pagerdutyUrl: 'https://events.pagerduty.com/v2/enqueue',
      httpConfig: { followRedirects: true },
    });
  });

  it('keeps its defaults under an empty global', () => {
    expect(good(`global: {}\n${MINIMAL}`)).toEqual(good(MINIMAL));
    expect(good(`global:\n${MINIMAL}`)).toEqual(good(MINIMAL));
  });

  it.each([
    ['', '1:1: route: no route provided in config'],
    ['receivers: [{name: a}]', '1:1: route: no routes provided'],
    ['BAD', '1:1: : cannot unmarshal !!str `BAD` into config.plain'],
    ['route: {}\nreceivers: [{name: a}]', '1:8: route.receiver: root route must specify a default receiver'],
    [
      'route: {receiver: a, match: {a: b}}\nreceivers: [{name: a}]',
      '1:29: route.match: root route must not have any matchers',
    ],
    [
      'route: {receiver: a, matchers: ["a=b"]}\nreceivers: [{name: a}]',
      '1:32: route.matchers: root route must not have any matchers',
    ],
    [
      'route: {receiver: a, continue: true}\nreceivers: [{name: a}]',
      '1:32: route.continue: cannot have continue in root route',
    ],
    [
      'route: {receiver: a, mute_time_intervals: [b]}\nreceivers: [{name: a}]\ntime_intervals: [{name: b}]',
      '1:43: route.mute_time_intervals: root route must not have any mute time intervals',
    ],
    [
      'route: {receiver: a, active_time_intervals: [b]}\nreceivers: [{name: a}]\nmute_time_intervals: [{name: b}]',
      '1:45: route.active_time_intervals: root route must not have any active time intervals',
    ],
    ['route: {receiver: b}\nreceivers: [{name: a}]', '1:19: route.receiver: undefined receiver "b" used in route'],
    [
      `${MINIMAL}- {name: a}`.replace('receivers: [{name: a}]\n', 'receivers:\n- {name: a}\n'),
      '4:10: receivers[1].name: notification config name "a" is not unique',
    ],
    ['route: {receiver: a}\nreceivers: [{name: a}, {}]', '2:24: receivers[1].name: missing name in receiver'],
    [
      `${MINIMAL}time_intervals: [{name: x}, {name: x}]`,
      '3:36: time_intervals[1].name: time interval "x" is not unique',
    ],
    [`${MINIMAL}time_intervals: [{}]`, '3:18: time_intervals[0].name: missing name in time interval'],
    [`${MINIMAL}mute_time_intervals: [{}]`, '3:23: mute_time_intervals[0].name: missing name in mute time interval'],
    [
      'route: {receiver: a, routes: [{mute_time_intervals: [x]}]}\nreceivers: [{name: a}]',
      '1:54: route.routes[0].mute_time_intervals[0]: undefined time interval "x" used in route',
    ],
    [`${MINIMAL}globals: {}`, '3:1: globals: field globals not found in type config.plain'],
  ])('is refused: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each([
    ['tracing: {}', 'tracing.endpoint: tracing endpoint must be set'],
    [
      'tracing: {endpoint: a, compression: zip}',
      'tracing.compression: invalid compression type zip provided, valid options: gzip',
    ],
    [
      'tracing: {endpoint: a, client_type: udp}',
      'tracing.client_type: expected tracing client type to be to be http or grpc, but got udp',
    ],
    [
      'event_recorder: {file_outputs: [{}]}',
      'event_recorder.file_outputs[0].path: event_recorder file output requires a path',
    ],
    [
      'event_recorder: {webhook_outputs: [{}]}',
      'event_recorder.webhook_outputs[0].url: event_recorder webhook output requires a url',
    ],
    [
      'event_recorder: {kafka_outputs: [{topic: a}]}',
      'event_recorder.kafka_outputs[0].brokers: event_recorder kafka: at least one broker is required',
    ],
    [
      'event_recorder: {kafka_outputs: [{brokers: [a]}]}',
      'event_recorder.kafka_outputs[0].topic: event_recorder kafka output requires a topic',
    ],
  ])('checks what it only accepts: %s', (text, problem) => {
    expect(problemsOf(MINIMAL + text).map((one) => one.replace(/^\d+:\d+: /, ''))).toEqual([problem]);
  });

  it('does not call an interval undefined that is only wrong', () => {
    const text = 'route: {receiver: a, routes: [{mute_time_intervals: [x]}]}\nreceivers: [{name: a}]\n';
    const wrong = '[{name: x, time_intervals: [{years: [soon]}]}]';
    expect(problemsOf(`${text}time_intervals: ${wrong}`)).toHaveLength(1);
    expect(problemsOf(`${text}mute_time_intervals: ${wrong}`)).toHaveLength(1);
  });

  it('does not call a receiver undefined that is only wrong', () => {
    expect(problemsOf('route: {receiver: a}\nreceivers: [{name: a, webhook_configs: [{}]}]')).toEqual([
      '2:41: receivers[0].webhook_configs[0]: one of url or url_file must be configured',
    ]);
  });

  it('suggests a name', () => {
    const { problems } = parseAlertmanagerConfig('route: {receiver: pager}\nreceivers: [{name: pagers}]');
    expect(problems[0]?.hint).toBe('did you mean pagers?');
  });

  it('resolves paths against its directory', () => {
    expect(good(`${MINIMAL}templates: ["t/*.tmpl", /abs.tmpl]`).templates).toEqual(['/etc/am/t/*.tmpl', '/abs.tmpl']);
  });
});

describe('routes', () => {
  const route = (text: string) =>
    good(`route: {receiver: a, routes: [{${text}}]}\nreceivers: [{name: a}]`).route.routes[0]!;

  it('inherit by leaving out', () => {
    expect(route('')).toEqual({
      match: {},
      matchRe: {},
      matchers: [],
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      continue: false,
      routes: [],
      labels: {},
    });
  });

  it('tell grouping by nothing, by some and by all labels apart', () => {
    expect(route('').groupBy).toBeUndefined();
    expect(route('group_by: []').groupBy).toEqual([]);
    expect(route('group_by: [a, b]').groupBy).toEqual(['a', 'b']);
    expect(route('group_by: ["..."]').groupBy).toBe('all');
  });

  it('have times', () => {
    expect(route('group_wait: 0s, group_interval: 1m, repeat_interval: 1d')).toMatchObject({
      groupWait: 0,
      groupInterval: 60_000,
      repeatInterval: 86_400_000,
    });
  });

  it('combine the three ways to write matchers, sorted', () => {
    const matched = route(`match: {z: "1"}, match_re: {m: "a|b"}, matchers: ['b="2", a!~x', 'a=y']`);
    expect(routeMatchers(matched)).toEqual([
      { name: 'a', operator: '!~', value: 'x' },
      { name: 'a', operator: '=', value: 'y' },
      { name: 'b', operator: '=', value: '2' },
      { name: 'm', operator: '=~', value: '^(?:a|b)$' },
      { name: 'z', operator: '=', value: '1' },
    ]);
  });

  it.each([
    ['group_by: [a, a]', 'group_by[1]: duplicated label "a" in group_by'],
    ['group_by: ["...", a]', 'group_by: cannot have wildcard group_by (`...`) and other labels at the same time'],
    ['group_by: [""]', 'group_by[0]: invalid label name "" in group_by list'],
    ['group_interval: 0s', 'group_interval: group_interval cannot be zero'],
    ['repeat_interval: 0s', 'repeat_interval: repeat_interval cannot be zero'],
    ['match: {"a.b": c}', 'match.a.b: invalid label name "a.b"'],
    ['match_re: {a: }', 'match_re.a: invalid regexp value for "a"'],
    ['match_re: {a: "("}', 'match_re.a: error parsing regexp: missing closing ): `(`'],
    ['matchers: ["a"]', 'matchers[0]: bad matcher format: a'],
    ['matchers: ["a=~("]', 'matchers[0]: error parsing regexp: missing closing ): `(`'],
    ['labels: {"": x}', 'labels.: invalid label name "" in route labels'],
    ['reciever: a', 'reciever: field reciever not found in type config.plain'],
  ])('are refused with %s', (text, problem) => {
    const found = problemsOf(`route: {receiver: a, routes: [{${text}}]}\nreceivers: [{name: a}]`);
    expect(found.map((one) => one.replace(/^\d+:\d+: route\.routes\[0\]\./, ''))).toEqual([problem]);
  });
});

describe('inhibition rules', () => {
  const config = (text: string) => good(`${MINIMAL}inhibit_rules: ${text}`);

  it('may be empty', () => {
    expect(config('[~]').inhibitRules).toHaveLength(1);
  });

  it('have sides and labels that must be equal', () => {
    const [rule] = config(
      '[{source_match: {a: b}, target_match_re: {c: d}, target_matchers: ["e=f"], equal: [g], name: n}]',
    ).inhibitRules;
    expect(sourceMatchers(rule!)).toEqual([{ name: 'a', operator: '=', value: 'b' }]);
    expect(targetMatchers(rule!)).toEqual([
      { name: 'c', operator: '=~', value: '^(?:d)$' },
      { name: 'e', operator: '=', value: 'f' },
    ]);
    expect(rule).toMatchObject({ equal: ['g'], name: 'n' });
  });
});

describe('time intervals', () => {
  const interval = (text: string) =>
    namedTimeIntervals(good(`${MINIMAL}time_intervals: [{name: x, time_intervals: [{${text}}]}]`))[0]!
      .timeIntervals[0]!;

  it('are numbers', () => {
    const text =
      'times: [{start_time: "09:00", end_time: "24:00"}], weekdays: ["monday:Friday", sunday], days_of_month: ["1:5", "-3:-1", 7], months: ["january:march", 12], years: ["2020:2022", 2030], location: Europe/Berlin';
    expect(interval(text)).toEqual({
      times: [{ startMinute: 540, endMinute: 1440 }],
      weekdays: [
        { begin: 1, end: 5 },
        { begin: 0, end: 0 },
      ],
      daysOfMonth: [
        { begin: 1, end: 5 },
        { begin: -3, end: -1 },
        { begin: 7, end: 7 },
      ],
      months: [
        { begin: 1, end: 3 },
        { begin: 12, end: 12 },
      ],
      years: [
        { begin: 2020, end: 2022 },
        { begin: 2030, end: 2030 },
      ],
      location: 'Europe/Berlin',
    });
    expect(interval('')).toEqual({});
  });

  it.each([
    ['times: [{start_time: "9:00", end_time: "10:00"}]', "couldn't parse timestamp 9:00, invalid format"],
    ['times: [{start_time: "10:00"}]', 'both start and end times must be provided'],
    ['times: [{start_time: "10:00", end_time: "10:00"}]', 'start time cannot be equal or greater than end time'],
    ['weekdays: ["friday:monday"]', 'start day cannot be before end day'],
    ['weekdays: [someday]', 'someday is not a valid weekday'],
    ['weekdays: ["a:b:c"]', "couldn't parse range a:b:c, invalid format"],
    ['days_of_month: ["0"]', '0 is not a valid day of the month: out of range'],
    ['days_of_month: ["32"]', '32 is not a valid day of the month: out of range'],
    ['days_of_month: ["-1:1"]', 'end day must be negative if start day is negative'],
    ['days_of_month: ["5:1"]', 'end day 1 is always before start day 5'],
    ['months: ["march:january"]', 'end month january is before start month march'],
    ['months: [smarch]', 'smarch is not a valid month'],
    ['years: ["2022:2020"]', 'end year 2020 is before start year 2022'],
    ['years: [soon]', 'strconv.Atoi: parsing "soon": invalid syntax'],
    ['location: Middle/Earth', 'unknown time zone Middle/Earth'],
  ])('%s is refused', (text, message) => {
    const found = problemsOf(`${MINIMAL}time_intervals: [{name: x, time_intervals: [{${text}}]}]`);
    expect(found).toHaveLength(1);
    expect(found[0]!.endsWith(message)).toBe(true);
  });
});

describe('receivers', () => {
  const entry = <K extends keyof AlertmanagerConfig['receivers'][number]>(
    key: K,
    text: string,
  ): AlertmanagerConfig['receivers'][number][K] => good(text).receivers[0]![key];

  it('take the mail settings of global', () => {
    const global =
      '{smtp_smarthost: "mail:25", smtp_from: me@x, smtp_auth_username: u, smtp_auth_password: p, smtp_require_tls: false}';
    const [email] = entry(
      'emailConfigs',
      withIntegration('email_configs', '{to: you@x, headers: {subject: hi, x-a: b}}', global),
    );
    expect(email).toMatchObject({
      from: 'me@x',
      smarthost: { host: 'mail', port: '25' },
      hello: 'localhost',
      authUsername: 'u',
      requireTls: false,
      sendResolved: false,
      headers: { From: 'me@x', To: 'you@x', Subject: 'hi', 'X-A': 'b' },
    });
    expect(email!.authPassword?.reveal()).toBe('p');
  });

  it('take the webhook URL of global for Slack, or a token of the app', () => {
    const [hook] = entry(
      'slackConfigs',
      withIntegration('slack_configs', '{channel: c}', '{slack_api_url: "http://s/hook"}'),
    );
    expect(hook!.apiUrl?.reveal()).toBe('http://s/hook');
    expect(hook).toMatchObject({ sendResolved: false, username: '{{ template "slack.default.username" . }}' });
    const [app] = entry('slackConfigs', withIntegration('slack_configs', '{channel: c}', '{slack_app_token: t}'));
    expect(app!.apiUrl?.reveal()).toBe('https://slack.com/api/chat.postMessage');
    expect(app!.httpConfig.authorization).toMatchObject({ type: 'Bearer' });
    expect(app!.httpConfig.authorization?.credentials?.reveal()).toBe('t');
  });

  it('take the HTTP client of global when they have none', () => {
    const text = withIntegration('webhook_configs', '{url: "http://h"}', '{http_config: {proxy_url: "http://p"}}');
    expect(entry('webhookConfigs', text)[0]).toMatchObject({
      httpConfig: { proxy: { proxyUrl: 'http://p' } },
      maxAlerts: 0,
      sendResolved: true,
    });
  });

  it('complete what PagerDuty is told', () => {
    const [pagerduty] = entry(
      'pagerdutyConfigs',
      withIntegration('pagerduty_configs', '{routing_key: k, details: {firing: mine, more: {a: 1}}}'),
    );
    expect(pagerduty).toMatchObject({
      url: 'https://events.pagerduty.com/v2/enqueue',
      source: '{{ template "pagerduty.default.client" . }}',
      details: { firing: 'mine', more: { a: 1 }, num_firing: '{{ .Alerts.Firing | len }}' },
    });
  });

  it('end API URLs in a slash where paths are added', () => {
    const text = withIntegration('opsgenie_configs', '{api_key: k, api_url: "http://o/api"}');
    expect(entry('opsgenieConfigs', text)[0]!.apiUrl).toBe('http://o/api/');
  });

  it('read templates and payloads of a webhook', () => {
    const text = withIntegration(
      'webhook_configs',
      '{url: "http://{{ .x }}/", timeout: 1m30s, payload: {text: "{{ .y }}", n: [1]}}',
    );
    const [webhook] = entry('webhookConfigs', text);
    expect(webhook!.url?.reveal()).toBe('http://{{ .x }}/');
    expect(webhook).toMatchObject({ timeout: 90_000, payload: { text: '{{ .y }}', n: [1] } });
  });

  it('read jira fields short and long', () => {
    const text = withIntegration(
      'jira_configs',
      '{project: p, issue_type: t, api_url: "http://j", summary: s, description: {template: d, enable_update: false}}',
    );
    expect(entry('jiraConfigs', text)[0]).toMatchObject({
      summary: { template: 's' },
      description: { template: 'd', enableUpdate: false },
    });
  });

  it.each([
    ['webhook_configs', '{}', 'one of url or url_file must be configured'],
    ['webhook_configs', '{url: "http://a", url_file: b}', 'at most one of url & url_file must be configured'],
    ['webhook_configs', '{url: "ftp://a"}', 'invalid URL: unsupported scheme "ftp" for URL'],
    ['webhook_configs', '~', 'missing webhook config'],
    ['email_configs', '{to: a, from: b}', 'no global SMTP smarthost set'],
    ['email_configs', '{to: a, smarthost: "h:25"}', 'no global SMTP from set'],
    ['email_configs', '{from: a, smarthost: "h:25"}', 'missing to address in email config'],
    ['email_configs', '{to: a, from: b, smarthost: h}', 'address h: missing port in address'],
    [
      'email_configs',
      '{to: a, from: b, smarthost: "h:1", headers: {a: b, A: c}}',
      'duplicate header "A" in email config',
    ],
    [
      'email_configs',
      '{to: a, from: b, smarthost: "h:1", threading: {enabled: true}}',
      "threading.thread_by_date must be either 'none' or 'daily'",
    ],
    ['slack_configs', '{}', 'no Slack API URL nor App token set either inline or in a file'],
    [
      'slack_configs',
      '{api_url: "http://a", update_message: true}',
      'update_message can only be used with bot tokens. api_url must be set to https://slack.com/api/chat.postMessage',
    ],
    ['slack_configs', '{api_url: "http://a", fields: [{title: a}]}', 'missing value in Slack field configuration'],
    [
      'slack_configs',
      '{api_url: "http://a", actions: [{type: button, text: a}]}',
      'missing name or url in Slack action configuration',
    ],
    [
      'slack_configs',
      '{app_token: a, http_config: {authorization: {credentials: b}}}',
      "http authorization can't be set when using Slack App tokens",
    ],
    ['pagerduty_configs', '{}', 'missing service or routing key in PagerDuty config'],
    [
      'pagerduty_configs',
      '{routing_key: a, routing_key_file: b}',
      'at most one of routing_key & routing_key_file must be configured',
    ],
    ['opsgenie_configs', '{}', 'no global OpsGenie API Key set either inline or in a file'],
    [
      'opsgenie_configs',
      '{api_key: a, responders: [{type: team}]}',
      'opsGenieConfig responder {   team} has to have at least one of id, username or name specified',
    ],
    [
      'opsgenie_configs',
      '{api_key: a, responders: [{id: x, type: crew}]}',
      'opsGenieConfig responder {x   crew} type does not match valid options ^(team|teams|user|escalation|schedule)$',
    ],
    ['victorops_configs', '{routing_key: a}', 'no global VictorOps API Key set'],
    ['victorops_configs', '{api_key: a}', 'missing Routing key in VictorOps config'],
    [
      'victorops_configs',
      '{api_key: a, routing_key: b, custom_fields: {entity_id: c}}',
      'victorOps config contains custom field entity_id which cannot be used as it conflicts with the fixed/static fields',
    ],
    ['pushover_configs', '{token: a}', 'one of user_key or user_key_file must be configured'],
    [
      'pushover_configs',
      '{token: a, user_key: b, html: true, monospace: true}',
      'at most one of monospace & html must be configured',
    ],
    ['sns_configs', '{}', 'must provide either a Target ARN, Topic ARN, or Phone Number for SNS config'],
    ['telegram_configs', '{bot_token: a}', 'missing chat_id or chat_id_file on telegram_config'],
    ['telegram_configs', '{chat_id: 1}', 'missing bot_token or bot_token_file on telegram_config'],
    [
      'telegram_configs',
      '{bot_token: a, chat_id: 1, parse_mode: Text}',
      'unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string',
    ],
    ['discord_configs', '{}', 'one of webhook_url or webhook_url_file must be configured'],
    [
      'msteams_configs',
      '{webhook_url: "http://a", webhook_url_file: b}',
      'at most one of webhook_url & webhook_url_file must be configured',
    ],
    ['msteamsv2_configs', '{webhook_url: a}', 'unsupported scheme "" for URL'],
    ['webex_configs', '{room_id: a}', 'missing webex_configs.http_config.authorization'],
    ['mattermost_configs', '{}', 'missing webhook_url or webhook_url_file on mattermost_config'],
    ['rocketchat_configs', '{token: a}', 'no global Rocketchat TokenID set either inline or in a file'],
    ['jira_configs', '{project: a, issue_type: b}', 'no global Jira Cloud URL set'],
    [
      'jira_configs',
      '{project: a, issue_type: b, api_url: "http://j", api_type: x}',
      'unknown api_type on jira_config, must be auto, cloud or datacenter',
    ],
    ['wechat_configs', '{api_secret: a}', 'no global Wechat CorpID set'],
    [
      'wechat_configs',
      '{api_secret: a, corp_id: b, message_type: c}',
      'weChat message type "c" does not match valid options ^(text|markdown)$',
    ],
    [
      'incidentio_configs',
      '{url: "http://a", http_config: {}}',
      'at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured',
    ],
  ])('%s: %s is refused', (key, text, message) => {
    const found = problemsOf(withIntegration(key, text));
    expect(found).toHaveLength(1);
    expect(found[0]!.endsWith(`: ${message}`)).toBe(true);
    expect(found[0]).toContain(`receivers[0].${key}[0]`);
  });

  it.each([
    [
      '{slack_api_url: "http://a", slack_api_url_file: b}',
      'at most one of slack_api_url & slack_api_url_file must be configured',
    ],
    [
      '{smtp_auth_password: a, smtp_auth_password_file: b}',
      'at most one of smtp_auth_password & smtp_auth_password_file must be configured',
    ],
    [
      '{rocketchat_token_id: a, rocketchat_token_id_file: b}',
      'at most one of rocketchat_token_id & rocketchat_token_id_file must be configured',
    ],
    [
      '{slack_app_token: a, slack_api_url: "http://a"}',
      'at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured',
    ],
    ['{smtp_smarthost: "h:"}', 'address "h:": port cannot be empty'],
    ['{smtp_smarthost: "a:b:c"}', 'address a:b:c: too many colons in address'],
    ['{pagerduty_url: "/v2"}', 'unsupported scheme "" for URL'],
  ])('global %s is refused', (text, message) => {
    const found = problemsOf(`global: ${text}\n${MINIMAL}`);
    expect(found).toHaveLength(1);
    expect(found[0]!.endsWith(message)).toBe(true);
  });
});

describe('printing alertmanager.yml', () => {
  const kit = join(import.meta.dirname, '../../test/conformance/kit/config/files/alertmanager');
  const file = readFileSync(join(kit, 'conf.good.yml'), 'utf8');

  it('shows no secret', () => {
    const shown = printAlertmanagerConfig(good(file));
    expect(shown).not.toContain('mysecret');
    expect(shown).toContain('<secret>');
  });

  it('gives what reads back and prints the same', () => {
    const shown = printAlertmanagerConfig(good(file));
    expect(printAlertmanagerConfig(good(shown))).toBe(shown);
  });

  it('gives every integration the defaults of Alertmanager 0.33.1, which wrote the expected text', () => {
    const fixtures = join(import.meta.dirname, '../../test/fixtures/config');
    const shown = printAlertmanagerConfig(good(readFileSync(join(fixtures, 'alertmanager.yml'), 'utf8')));
    expect(shown).toBe(readFileSync(join(fixtures, 'alertmanager.effective.yml'), 'utf8'));
  });

  it('shows the effective values', () => {
    const shown = printAlertmanagerConfig(good(withIntegration('webhook_configs', '{url: "http://h/secret"}')));
    expect(shown).toContain(
      [
        'receivers:',
        '- name: a',
        '  labels:',
        '    name: a',
        '  webhook_configs:',
        '  - send_resolved: true',
        '    http_config:',
        '      follow_redirects: true',
        '      enable_http2: true',
        '    url: <secret>',
        '    url_file: ""',
        '    max_alerts: 0',
        '    timeout: 0s',
        'templates: []',
      ].join('\n'),
    );
  });
});

describe('the mode of matchers and names of labels', () => {
  const yaml = (routes: string, rules = '') =>
    `route: {receiver: a, routes: [${routes}]}\nreceivers: [{name: a}]\ninhibit_rules: [${rules}]`;
  const problemsIn = (text: string, mode: MatcherMode) =>
    parseAlertmanagerConfig(text, undefined, mode).problems.map(({ path, message }) => `${path}: ${message}`);
  const withNames = yaml(
    `{matchers: ['foo🙂=bar'], group_by: [foo🙂], labels: {a-b: c}}`,
    `{source_matchers: ['Σ=x'], equal: ['a-b']}`,
  );

  it('takes any names by default and in the UTF-8 mode', () => {
    expect([problemsIn(withNames, 'fallback'), problemsIn(withNames, 'utf8')]).toEqual([[], []]);
  });

  it('takes only classic names in the classic mode', () => {
    expect(problemsIn(withNames, 'classic')).toEqual([
      'route.routes[0].matchers[0]: bad matcher format: foo🙂=bar',
      'route.routes[0].group_by[0]: invalid label name "foo🙂" in group_by list',
      'route.routes[0].labels.a-b: invalid label name "a-b" in route labels',
      'inhibit_rules[0].source_matchers[0]: bad matcher format: Σ=x',
      'inhibit_rules[0].equal[0]: invalid label name "a-b" in equal list',
    ]);
    expect(problemsIn(yaml(`{matchers: ['foo=bar'], group_by: ['...']}`), 'classic')).toEqual([]);
  });

  it('takes only the UTF-8 syntax in the UTF-8 mode', () => {
    const loose = yaml(`{matchers: ['foo=a b']}`);
    expect([problemsIn(loose, 'fallback'), problemsIn(loose, 'classic')]).toEqual([[], []]);
    expect(problemsIn(loose, 'utf8')).toEqual([
      'route.routes[0].matchers[0]: 6:7: unexpected b: expected a comma or close brace',
    ]);
  });
});
