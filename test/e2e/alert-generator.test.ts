import { writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COURSES, LAST, LOOKBACK, labelsOf, SAMPLE, sampleAt, samplesOfCourse } from '#test/alert-courses';
import { query, type Server, scratch, startServer } from '#test/process';
import { remoteWrite } from '#test/prometheus-process';
import { type Moment, type StoryRule, sendingsOf, storyOf } from '#test/rule-story';
import { sample, series } from '#test/write-message';

/**
 * The scenarios by which Prometheus' compliance suite judges generators of alerts, against the running program: samples
 * come by remote write, alerts go to an Alertmanager that only listens. A sample stands for 15 s of the suite and takes
 * 0.1 s here. All samples are there before the first evaluation that can see them, and the judge reads at which times the
 * program evaluated: what it must have said then is exact, however busy the machine is.
 */
const INTERVAL = 200;
const RESEND = 400;
const EXTERNAL_URL = 'http://barograph.example';

/** What is known of an alert beside its story. */
interface Judged {
  readonly alert: string;
  readonly rule: StoryRule;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotation: (value: number) => string;
  /** Its states in order, and the sample that must have been there when each began. */
  readonly states: readonly string[];
}

const above = (limit: number) => (value: number | null) => (value !== null && value > limit ? value : null);
const on = (name: string, limit: number) => (at: number) => above(limit)(sampleAt(name, at - begin));
const one: StoryRule = { holdDuration: 12 * SAMPLE, result: on('order{variant="one"}', 10) };
const two: StoryRule = { holdDuration: 12 * SAMPLE, result: on('order{variant="two"}', 10) };

const GROUPS: Readonly<Record<string, { readonly rules: string; readonly alerts: readonly Judged[] }>> = {
  PendingAndFiringAndResolved: {
    rules: `
      - alert: Firing
        expr: firing > 10
        for: ${24 * SAMPLE}ms
        labels: {severity: page, hidden: x}
        annotations: {said: 'is {{ $value }}, {{ $labels.__name__ }}'}`,
    alerts: [
      {
        alert: 'Firing',
        rule: { holdDuration: 24 * SAMPLE, result: on('firing', 10) },
        annotation: (value) => `is ${value}, firing`,
        states: ['pending 8', 'firing 32', 'inactive 69', 'pending 89', 'firing 113', 'inactive 134'],
      },
    ],
  },
  PendingAndResolved_AlwaysInactive: {
    rules: `
      - alert: Pending
        expr: pending > 10
        for: ${12 * SAMPLE}ms
        labels: {severity: page, hidden: x}
      - alert: Inactive
        expr: pending > 99`,
    alerts: [
      {
        alert: 'Pending',
        rule: { holdDuration: 12 * SAMPLE, result: on('pending', 10) },
        annotation: () => '',
        states: ['pending 8', 'inactive 19'],
      },
      { alert: 'Inactive', rule: { holdDuration: 0, result: () => null }, annotation: () => '', states: [] },
    ],
  },
  ZeroFor_SmallFor: {
    rules: `
      - alert: Zero
        expr: instant > 10
        labels: {severity: page, hidden: x}
        annotations: {said: '{{ range query "instant" }}{{ .Labels.__name__ }}={{ .Value }};{{ end }}'}
      - alert: Small
        expr: instant > 13
        for: ${SAMPLE}ms
        labels: {severity: page, hidden: x}
        annotations: {said: '{{ $value | printf "%.1f" }}'}`,
    alerts: [
      {
        alert: 'Zero',
        rule: { holdDuration: 0, result: on('instant', 10) },
        annotation: (value) => `instant=${value};`,
        states: ['firing 8', 'inactive 21', 'firing 93', 'inactive 106'],
      },
      {
        alert: 'Small',
        rule: { holdDuration: SAMPLE, result: on('instant', 13) },
        annotation: (value) => value.toFixed(1),
        states: ['pending 8', 'firing 9', 'inactive 21'],
      },
    ],
  },
  NewAlerts_OrderCheck: {
    rules: `
      - alert: Order
        expr: order > 10
        for: ${12 * SAMPLE}ms
        labels: {severity: page, hidden: x}
        annotations: {said: '{{ $labels.variant }} was {{ $value }}'}
      - alert: Both
        expr: count(ALERTS{alertname="Order", alertstate="firing"}) == 2
        labels: {severity: page, hidden: x}
        annotations: {said: '{{ $value }}'}`,
    alerts: [
      {
        ...{ alert: 'Order', labels: { variant: 'one' }, rule: one },
        annotation: (value) => `one was ${value}`,
        states: ['pending 8', 'firing 20', 'inactive 74'],
      },
      {
        ...{ alert: 'Order', labels: { variant: 'two' }, rule: two },
        annotation: (value) => `two was ${value}`,
        states: ['pending 32', 'firing 44', 'inactive 66'],
      },
      {
        alert: 'Both',
        rule: { holdDuration: 0, result: (at) => (fires(one, at) && fires(two, at) ? 2 : null) },
        annotation: String,
        states: ['firing 44', 'inactive 66'],
      },
    ],
  },
  KeepFiring: {
    rules: `
      - alert: Kept
        expr: kept > 10
        keep_firing_for: ${8 * SAMPLE}ms
        labels: {severity: page, hidden: x}
        annotations: {said: '{{ $value }}'}`,
    alerts: [
      {
        alert: 'Kept',
        rule: { holdDuration: 0, keepFiringFor: 8 * SAMPLE, result: on('kept', 10) },
        annotation: String,
        states: ['firing 8', 'inactive 48', 'firing 80', 'inactive 117'],
      },
    ],
  },
};

const ALERTS = Object.entries(GROUPS).flatMap(([group, { alerts }]) => alerts.map((alert) => ({ group, ...alert })));

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

interface ApiAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly activeAt: string;
  readonly value: string;
}

/** What the API said, and when the answer was there. */
interface Poll {
  readonly end: number;
  readonly alerts: readonly ApiAlert[];
  readonly rules: readonly { readonly name: string; readonly state: string; readonly alerts: readonly ApiAlert[] }[];
}

let folder: ReturnType<typeof scratch>;
let server: Server;
let listener: HttpServer;
/** When the first sample is. */
let begin: number;
const posted: PostedAlert[] = [];
const polls: Poll[] = [];
/** By group, in order. */
const evaluations = new Map<string, readonly number[]>();

beforeAll(async () => {
  folder = scratch();
  listener = await listen();
  writeFileSync(join(folder.dir, 'rules.yml'), ruleFile());
  server = await start(config('rule_files: [rules.yml]'));
  begin = Date.now() + 1_000;
  await feed();
  while (Date.now() < begin + LAST * SAMPLE) {
    polls.push(await poll());
    await new Promise((done) => setTimeout(done, SAMPLE));
  }
  // What waits to be sent is sent; then nothing more happens.
  await server.stop();
  server = await start(config(''));
  for (const group of Object.keys(GROUPS)) evaluations.set(group, await timesOf(`evaluated{group="${group}"}`));
});
afterAll(async () => {
  await server.stop('SIGKILL');
  listener.close();
  folder.remove();
});

describe.each(ALERTS)('$group: $alert $labels', (judged) => {
  const story = () => storyOf(judged.rule, evaluations.get(judged.group)!);

  it('has its states in order, none before its sample', () => {
    const changes = changesOf(story());
    expect(changes.map(({ state }) => state)).toEqual(judged.states.map((each) => each.split(' ')[0]));
    for (const [i, { at }] of changes.entries()) {
      expect(at).toBeGreaterThanOrEqual(begin + Number(judged.states[i]!.split(' ')[1]) * SAMPLE);
    }
  });

  it('is sent when it is new and again after the resend delay, with all that belongs to it', () => {
    const wanted = sendingsOf(story(), { interval: INTERVAL, resendDelay: RESEND }).map((sending) => ({
      startsAt: new Date(sending.startsAt).toISOString(),
      endsAt: new Date(sending.endsAt).toISOString(),
      said: judged.annotation(sending.value),
    }));
    const heard = posted
      .filter(({ labels }) => labels['alertname'] === judged.alert && hasAll(labels, judged.labels))
      .map(({ startsAt, endsAt, annotations }) => ({ startsAt, endsAt, said: annotations['said'] ?? '' }));
    // The end may have come between an evaluation and the writing down of its time.
    expect(heard.slice(0, wanted.length)).toEqual(wanted);
    expect(heard.length - wanted.length).toBeLessThanOrEqual(1);
  });

  it('has its series ALERTS and ALERTS_FOR_STATE, at each evaluation while it is active', async () => {
    const active = story().filter(({ state }) => state !== 'inactive');
    const selector = `{alertname="${judged.alert}"${judged.labels ? `,variant="${judged.labels['variant']}"` : ''}}`;
    for (const state of ['pending', 'firing']) {
      const times = await timesOf(`ALERTS${selector.replace('}', `,alertstate="${state}"}`)}`);
      const wanted = active.filter((moment) => moment.state === state).map(({ at }) => at);
      expect(times.slice(0, wanted.length)).toEqual(wanted);
      expect(times.length - wanted.length).toBeLessThanOrEqual(1);
    }
    const values = (await samplesOf(`ALERTS_FOR_STATE${selector}`)).map(([, value]) => Number(value));
    expect(values.slice(0, active.length)).toEqual(active.map(({ activeAt }) => Math.floor(activeAt / 1000)));
  });

  it('is shown by /api/v1/alerts and /api/v1/rules as it stood after an evaluation, and never goes back', () => {
    const moments = story();
    let last = 0;
    for (const { end, alerts, rules } of polls) {
      const mine = ({ labels }: ApiAlert) => labels['alertname'] === judged.alert && hasAll(labels, judged.labels);
      const shown = alerts.filter(mine);
      last = nextFitting(moments, last, { end, shown, judged });
      const rule = rules.find(({ name }) => name === judged.alert)!;
      const inRule = nextFitting(moments, last, { end, shown: rule.alerts.filter(mine), judged });
      expect(stateOf(rule.alerts)).toBe(rule.state);
      last = inRule;
    }
  });
});

describe('an alert that is sent', () => {
  it('has external labels, is relabeled for all and for its Alertmanager, and links to its expression', () => {
    const of = (name: string) => posted.find(({ labels }) => labels['alertname'] === name)!;
    expect(of('Firing').labels).toEqual({ alertname: 'Firing', severity: 'page', region: 'eu', told: 'here' });
    expect(of('Firing').generatorURL).toBe(`${EXTERNAL_URL}/graph?g0.expr=firing+%3E+10&g0.tab=1`);
    expect(of('Order').labels['variant']).toBe('one');
    expect(new Set(posted.map(({ labels }) => labels['alertname']))).toEqual(
      new Set(['Firing', 'Zero', 'Small', 'Order', 'Both', 'Kept']),
    );
  });
});

/** Whether a rule of the group NewAlerts_OrderCheck fires at the time of one of its evaluations. */
function fires(rule: StoryRule, at: number): boolean {
  const times = evaluations.get('NewAlerts_OrderCheck')!.filter((each) => each <= at);
  return storyOf(rule, times).at(-1)?.state === 'firing';
}

/** The moments at which the state became another one. */
function changesOf(story: readonly Moment[]): readonly Moment[] {
  return story.filter(({ state }, i) => state !== (story[i - 1]?.state ?? 'inactive'));
}

/** The first moment from `from` on, and not after the answer, that looks like what was shown. */
function nextFitting(
  story: readonly Moment[],
  from: number,
  { end, shown, judged }: { readonly end: number; readonly shown: readonly ApiAlert[]; readonly judged: Judged },
): number {
  const said = shown.map(({ state, activeAt, value, annotations }) => {
    return { state, activeAt: Date.parse(activeAt), value: Number(value), said: annotations['said'] ?? '' };
  });
  const expected = ({ state, activeAt, value }: Moment) =>
    state === 'inactive' ? [] : [{ state, activeAt, value, said: judged.annotation(value) }];
  const fitting = story.findIndex(
    (moment, i) => i >= from && JSON.stringify(expected(moment)) === JSON.stringify(said),
  );
  // Nothing was evaluated yet.
  if (fitting === -1 && said.length === 0 && from === 0) return 0;
  expect({ judged: judged.alert, said, fits: fitting >= 0 && story[fitting]!.at <= end }).toEqual({
    ...{ judged: judged.alert, said, fits: true },
  });
  return fitting;
}

function stateOf(alerts: readonly ApiAlert[]): string {
  if (alerts.some(({ state }) => state === 'firing')) return 'firing';
  return alerts.length > 0 ? 'pending' : 'inactive';
}

function hasAll(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

async function listen(): Promise<HttpServer> {
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      if (request.url === '/api/v2/alerts') posted.push(...(JSON.parse(body) as PostedAlert[]));
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => http.once('listening', done));
  return http;
}

function start(prometheus: string): Promise<Server> {
  return startServer({
    dir: folder.dir,
    config: prometheus,
    flags: [
      '--web.enable-remote-write-receiver',
      `--web.external-url=${EXTERNAL_URL}`,
      `--rules.alert.resend-delay=${RESEND}ms`,
      `--query.lookback-delta=${LOOKBACK}ms`,
      '--threads=0',
    ],
  });
}

function config(rules: string): string {
  const { port } = listener.address() as AddressInfo;
  return `
global: {evaluation_interval: ${INTERVAL}ms, external_labels: {region: eu}}
${rules}
alerting:
  alert_relabel_configs: [{action: labeldrop, regex: hidden}]
  alertmanagers:
    - static_configs: [{targets: ['127.0.0.1:${port}']}]
      alert_relabel_configs: [{target_label: told, replacement: here}]
`;
}

/** The last rule of each group writes down when it was evaluated. */
function ruleFile(): string {
  const groups = Object.entries(GROUPS).map(
    ([name, { rules }]) => `
  - name: ${name}
    rules:${rules}
      - record: evaluated
        expr: vector(1)
        labels: {group: ${name}}`,
  );
  return `groups:${groups.join('')}\n`;
}

async function feed(): Promise<void> {
  const message = Object.entries(COURSES).flatMap(([name, course]) => {
    const samples = samplesOfCourse(course).map(({ after, value }) => sample(begin + after, value));
    return series(labelsOf(name), ...samples);
  });
  await remoteWrite(server.url, message);
}

async function poll(): Promise<Poll> {
  const { alerts } = await query<{ alerts: ApiAlert[] }>(server, 'alerts');
  const { groups } = await query<{ groups: { rules: Poll['rules'] }[] }>(server, 'rules?type=alert');
  return { alerts, rules: groups.flatMap(({ rules }) => rules), end: Date.now() };
}

async function samplesOf(selector: string): Promise<readonly (readonly [t: number, value: string])[]> {
  const path = `query?query=${encodeURIComponent(`${selector}[5m]`)}`;
  const { result } = await query<{ result: { values: [number, string][] }[] }>(server, path);
  return result.flatMap(({ values }) => values);
}

async function timesOf(selector: string): Promise<readonly number[]> {
  return (await samplesOf(selector)).map(([t]) => Math.round(t * 1000));
}
