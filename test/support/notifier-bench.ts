import type { Delivery, Notification, Notifier, NotifierParts } from '#alertmanager/notify/notifier';
import { Renderer } from '#alertmanager/notify/renderer';
import { alertmanagerConfig } from '#test/alertmanager';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf, flushedAlert, notificationOf, outgoingParts } from '#test/notifier';

/** What differs between the services of tests. */
export interface BenchOptions<C> {
  /** The key of the receiver's list: `discord_configs`. */
  readonly key: string;
  readonly create: (config: C, parts: NotifierParts) => Notifier;
  /** Files that the configuration may name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A notifier in front of a fake of its service. Requests to other hosts than the fake end up there too. */
export interface NotifierBench {
  readonly receiver: FakeReceiver;
  /** The hosts that the requests meant, in order. */
  readonly hosts: string[];
  /** Makes the notifier of an entry, written as a YAML map; `URL` in it stands for the fake's address. */
  open(yaml: string): Promise<(notification: Notification) => Promise<Delivery>>;
  /** Makes the notifier and sends once. */
  send(yaml: string, notification?: Notification): Promise<Delivery>;
  /** The JSON of the last request. */
  json(): unknown;
  close(): Promise<void>;
}

/** One alert that fires. */
export const FIRING: Notification = notificationOf([
  flushedAlert({ instance: 'a', severity: 'critical' }, { annotations: { summary: 'Disk is full' } }),
]);

/** The same alert when it has ended. */
export const RESOLVED: Notification = notificationOf([
  flushedAlert({ instance: 'a', severity: 'critical' }, { annotations: { summary: 'Disk is full' }, resolved: true }),
]);

/** SHA-256 of the key of the group that both are about. */
export const GROUP_HASH = '5605fa4c6c53df22c03157801302482f7e3d6a5f875c1affbd966be24740bd86';

/** Starts a fake and what is needed to notify it. */
export async function startNotifierBench<C>({ key, create, files = {} }: BenchOptions<C>): Promise<NotifierBench> {
  const receiver = await startFakeReceiver();
  const outgoing = outgoingParts(filesOf(files));
  const hosts: string[] = [];
  const post: NotifierParts['post'] = (request) => {
    const { host, pathname, search } = new URL(request.url);
    hosts.push(host);
    return outgoing.post({ ...request, url: `${receiver.url}${pathname}${search}` });
  };
  const open = async (yaml: string) => {
    const config = entryOf(key, yaml.replaceAll('URL', receiver.url)) as C;
    const { now } = outgoing;
    const renderer = await Renderer.load({
      templates: [],
      files: outgoing.files,
      externalUrl: 'http://barograph',
      now,
    });
    const notifier = create(config, { ...outgoing, post, renderer });
    return (notification: Notification) => notifier.send(notification, AbortSignal.timeout(5000));
  };
  return {
    receiver,
    hosts,
    open,
    send: async (yaml, notification = FIRING) => (await open(yaml))(notification),
    json: () => JSON.parse(receiver.requests.at(-1)!.body),
    close: async () => {
      await outgoing.http.close();
      await receiver.close();
    },
  };
}

function entryOf(key: string, yaml: string): unknown {
  const config = alertmanagerConfig(`route: {receiver: r}\nreceivers: [{name: r, ${key}: [${yaml}]}]`);
  const property = key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return (config.receivers[0] as unknown as Record<string, readonly unknown[]>)[property]![0];
}
