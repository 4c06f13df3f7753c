import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, GROUP_HASH, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { jira } from './jira.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'jira_configs', create: jira });
});
afterEach(() => bench.close());

const ENTRY = 'api_url: "URL/rest/api/2", project: OPS, issue_type: Bug, description: "{{ .Status }}"';
const json = (answer: object, status = 200) => ({ status, body: JSON.stringify(answer) });
const found = (category: string) =>
  json({ issues: [{ key: 'OPS-1', fields: { status: { name: 's', statusCategory: { key: category } } } }] });
const NONE = json({ issues: [] });
const NOTHING = { status: 204 };
const steps = () =>
  bench.receiver.requests.map(({ method, path, body }) => [`${method} ${path}`, body === '' ? null : JSON.parse(body)]);
const search = (jql: string) => ({ fields: ['status'], maxResults: 2, jql });
const own = `project="OPS" and labels="ALERT{${GROUP_HASH}}" order by status ASC,resolutiondate DESC`;

describe('Jira', () => {
  it('gets a new issue when there is none', async () => {
    bench.receiver.answers.push(NONE, json({ key: 'OPS-1' }, 201));
    const yaml = `{${ENTRY}, labels: ["{{ .CommonLabels.instance }}"], fields: {customfield_1: {value: "{{ len .Alerts }}"}}}`;
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: 'created' });
    expect(steps()).toEqual([
      ['POST /rest/api/2/search', search(`statusCategory != Done and ${own}`)],
      [
        'POST /rest/api/2/issue',
        {
          fields: {
            summary: '[FIRING:1] DiskFull (a critical)',
            description: 'firing',
            issuetype: { name: 'Bug' },
            labels: [`ALERT{${GROUP_HASH}}`, 'a'],
            priority: { name: 'High' },
            project: { key: 'OPS' },
            customfield_1: { value: 1 },
          },
        },
      ],
    ]);
    expect(bench.receiver.requests[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'accept-language': 'en',
    });
  });

  it('is asked to change the issue that there is, without what shall stay', async () => {
    bench.receiver.answers.push(found('new'), NOTHING);
    const yaml = `{${ENTRY.replace('description: "{{ .Status }}"', 'description: {template: d, enable_update: false}')}, priority: ""}`;
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: 'updated' });
    const [, [path, body]] = steps() as [unknown, [string, { fields: object }]];
    expect(path).toBe('PUT /rest/api/2/issue/OPS-1');
    expect(Object.keys(body.fields)).toEqual(['summary', 'issuetype', 'labels', 'project']);
  });

  it('moves the issue when all is over', async () => {
    const transitions = json({
      transitions: [
        { id: '11', name: 'Start' },
        { id: '31', name: 'Done' },
      ],
    });
    bench.receiver.answers.push(found('indeterminate'), NOTHING, transitions, NOTHING);
    expect(await bench.send(`{${ENTRY}, resolve_transition: Done}`, RESOLVED)).toEqual({
      ok: true,
      answer: 'resolved',
    });
    expect(steps().slice(2)).toEqual([
      ['GET /rest/api/2/issue/OPS-1/transitions', null],
      ['POST /rest/api/2/issue/OPS-1/transitions', { transition: { id: '31' } }],
    ]);
  });

  it('opens an issue again that was closed not long ago', async () => {
    const transitions = json({ transitions: [{ id: '41', name: 'Reopen' }] });
    bench.receiver.answers.push(found('done'), NOTHING, transitions, NOTHING);
    const yaml = `{${ENTRY}, reopen_transition: Reopen, reopen_duration: 2h, wont_fix_resolution: "Won't Do"}`;
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: 'reopened' });
    const wontFix = `(resolution is EMPTY or resolution != "Won't Do") and `;
    const closed = '(resolutiondate is EMPTY OR resolutiondate >= -120m) and ';
    expect(steps()[0]![1]).toEqual(search(`${wontFix}${closed}${own}`));
  });

  it('gets no issue for what is over', async () => {
    bench.receiver.answers.push(NONE);
    expect(await bench.send(`{${ENTRY}}`, RESOLVED)).toMatchObject({ ok: true });
    expect(bench.receiver.requests).toHaveLength(1);
  });

  it('in the cloud is searched by another path, and takes documents in version 3', async () => {
    bench.receiver.answers.push(NONE);
    await bench.send(`{${ENTRY}, api_type: cloud}`);
    bench.receiver.answers.push(NONE);
    const document = '{"type":"doc"}';
    const yaml = `{api_url: "https://me.atlassian.net/rest/api/3", project: OPS, issue_type: Bug, description: '${document}'}`;
    await bench.send(yaml);
    expect(steps().map(([path]) => path)).toEqual([
      'POST /rest/api/3/search/jql',
      'POST /rest/api/2/issue',
      'POST /rest/api/3/search/jql',
      'POST /rest/api/3/issue',
    ]);
    expect(bench.json()).toMatchObject({ fields: { description: { type: 'doc' } } });
    bench.receiver.answers.push(NONE);
    await expect(bench.send(yaml.replace(document, 'text'))).rejects.toThrow('invalid JSON for API v3');
  });

  it('gets texts that it takes', async () => {
    bench.receiver.answers.push(NONE);
    await bench.send(`{${ENTRY.replace('{{ .Status }}', 'ä'.repeat(40_000))}, summary: "${'ä'.repeat(300)}"}`);
    expect(bench.json()).toMatchObject({
      fields: { summary: `${'ä'.repeat(254)}…`, description: `${'ä'.repeat(32_766)}…` },
    });
  });

  it('is asked again after 429 and 500 in any step, not after 400', async () => {
    const send = await bench.open(`{${ENTRY}, resolve_transition: Done}`);
    bench.receiver.answers.push({ status: 429 });
    expect(await send(FIRING)).toMatchObject({
      retry: true,
      error: 'look up existing issues: unexpected status code 429',
    });
    bench.receiver.answers.push(NONE, { status: 500 });
    expect(await send(FIRING)).toMatchObject({ retry: true, error: 'create the issue: unexpected status code 500' });
    bench.receiver.answers.push(found('new'), { status: 400, body: 'no' });
    expect(await send(FIRING)).toMatchObject({ retry: false, error: 'update OPS-1: unexpected status code 400: no' });
    bench.receiver.answers.push(found('new'), NOTHING, json({ transitions: [] }));
    expect(await send(RESOLVED)).toMatchObject({ retry: false, error: "can't find transition Done for issue OPS-1" });
  });
});
