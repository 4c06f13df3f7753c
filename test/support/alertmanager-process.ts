import { join } from 'node:path';
import { Alertmanager } from '#alertmanager/alertmanager';
import { systemClock } from '#lib/clock';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { MetaDatabase } from '#meta/meta-database';
import { alertmanagerConfig } from '#test/alertmanager';

// An alertmanager in a process of its own, to be killed. It sends one message when it has come to `messageWhen`.
interface Command {
  readonly folder: string;
  readonly url: string;
  readonly post: readonly string[];
  readonly resolve?: readonly string[];
  readonly groupWait?: string;
  readonly messageWhen: 'accepted' | 'recorded' | 'flushed';
  /** Then posts alerts without an end, some at a time, and sends their names as they are acknowledged. */
  readonly postOn?: boolean;
  /** Sends the names of all alerts that it holds instead. */
  readonly tellHeld?: boolean;
  /** Each alert has a group of its own; the names that are sent are those of which the log says that they were told. */
  readonly tellSent?: boolean;
}

const command = JSON.parse(process.argv[2] ?? '') as Command;
const { groupWait = '50ms', tellSent = false } = command;
const meta = await MetaDatabase.open({ path: join(command.folder, 'barograph.db'), log: silentLog });
const alertmanager = await Alertmanager.open({
  config: alertmanagerConfig(`
route: {receiver: default, group_by: [${tellSent ? 'name' : ''}], group_wait: ${groupWait}, group_interval: 100ms, repeat_interval: 1h}
receivers: [{name: default, webhook_configs: [{url: "${command.url}"}]}]`),
  meta,
  clock: systemClock,
  log: silentLog,
  metrics: new MetricRegistry(),
  externalUrl: 'http://barograph',
});
const sentBefore = sent();
const now = systemClock.now();
const labels = (name: string) => ({ alertname: 'test', name });
await alertmanager.receive(
  command.post.map((name) => ({ labels: labels(name), startsAt: now, endsAt: now + 600_000 })),
);
await alertmanager.receive(
  (command.resolve ?? []).map((name) => ({ labels: labels(name), startsAt: now, endsAt: now })),
);
if (command.messageWhen === 'recorded') while (sent() === sentBefore) await systemClock.sleep(5);
if (command.messageWhen === 'flushed') await systemClock.sleep(400);
process.send?.(command.tellHeld ? alertmanager.alerts().map((alert) => alert.labels['name']) : 'ready');
if (command.postOn) for (let first = 0; ; first += 40) await postSome(first);

async function postSome(first: number): Promise<void> {
  const requests = [0, 10, 20, 30].map(async (offset) => {
    const numbers = Array.from({ length: 10 }, (_, i) => first + offset + i);
    await alertmanager.receive(
      numbers.map((number) => ({ labels: labels(String(number)), startsAt: now, endsAt: now + 600_000 })),
    );
    if (!tellSent) process.send?.(numbers.map(String));
  });
  await Promise.all(requests);
  if (tellSent) process.send?.(sentNames());
  await systemClock.sleep(tellSent ? 20 : 0);
}

function sentNames(): string[] {
  const events = alertmanager.history().filter(({ kind }) => kind === 'sent');
  return events.map(({ labels }) => labels.get('name'));
}

function sent(): number {
  return alertmanager.history().filter(({ kind }) => kind === 'sent').length;
}
