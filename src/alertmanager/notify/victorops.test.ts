import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, GROUP_HASH, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { victorops } from './victorops.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'victorops_configs', create: victorops });
});
afterEach(() => bench.close());

describe('VictorOps', () => {
  it('gets a critical message about the group', async () => {
    const yaml =
      '{api_url: "URL/alert", api_key: k3y, routing_key: "team-{{ .CommonLabels.instance }}", state_message: "{{ .Status }}"}';
    expect(await bench.send(yaml)).toMatchObject({ ok: true });
    expect(bench.receiver.requests[0]).toMatchObject({ method: 'POST', path: '/alert/k3y/team-a' });
    expect(bench.json()).toEqual({
      message_type: 'CRITICAL',
      entity_id: GROUP_HASH,
      entity_display_name: '[FIRING:1] DiskFull (a critical)',
      state_message: 'firing',
      monitoring_tool: 'Alertmanager',
    });
  });

  it('gets a recovery about the same entity', async () => {
    await bench.send('{api_url: URL, api_key: k, routing_key: r, message_type: WARNING}', RESOLVED);
    expect(bench.json()).toMatchObject({ message_type: 'RECOVERY', entity_id: GROUP_HASH });
  });

  it.each([
    ['WARNING', 'WARNING'],
    ['INFO', 'INFO'],
    ['{{ .CommonLabels.nope }}', 'CRITICAL'],
    ['RECOVERY', 'CRITICAL'],
  ])('takes the type %s as %s', async (configured, sent) => {
    await bench.send(`{api_url: URL, api_key: k, routing_key: r, message_type: "${configured}"}`);
    expect(bench.json()).toMatchObject({ message_type: sent });
  });

  it('gets custom fields, and a state message that is cut', async () => {
    const yaml = `{api_url: URL, api_key: k, routing_key: r, custom_fields: {who: "{{ .Receiver }}"}, state_message: "${'x'.repeat(21_000)}"}`;
    await bench.send(yaml);
    expect(bench.json()).toMatchObject({ who: 'team-x', state_message: `${'x'.repeat(20_479)}…` });
  });

  it('is asked again after 500, not after 403, and the key is not told', async () => {
    bench.receiver.answers.push({ status: 500 }, { status: 403 });
    const send = await bench.open('{api_url: URL, api_key: s3cret, routing_key: r}');
    expect(await send(FIRING)).toMatchObject({ retry: true });
    expect(await send(FIRING)).toMatchObject({ retry: false });
    await bench.receiver.close();
    expect(JSON.stringify(await send(FIRING))).not.toContain('s3cret');
  });
});
