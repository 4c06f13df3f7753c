import { readUrl } from '#lib/read-url';
import type { YamlNode } from '#lib/yaml';
import { printYaml, type YamlValue } from '#lib/yaml-print';
import { type AlertmanagerConfig, documentOf, encodeAlertmanagerConfig } from './config.ts';

type YamlMap = ReadonlyMap<string, YamlValue>;

/**
 * The configuration as it was written, without secrets: the keys of the file, with the values that they came to. Clients
 * read it with parsers of their own, and an older one refuses keys that it does not know: those would come with the
 * defaults that `printAlertmanagerConfig` shows. `resolve_timeout`, which all know, is shown always.
 */
export function printWrittenConfig(config: AlertmanagerConfig): string {
  const encoded = encodeAlertmanagerConfig(config);
  const global = mapUnder(encoded, 'global');
  const written = asWritten(encoded, documentOf(config)) as YamlMap;
  const timeout = new Map([...global].filter(([key]) => key === 'resolve_timeout'));
  const shown = new Map<string, YamlValue>([['global', new Map([...timeout, ...mapUnder(written, 'global')])]]);
  for (const [key, value] of written) if (key !== 'global') shown.set(key, value);
  const urls = config.receivers.map(({ webhookConfigs }) => webhookConfigs.map(({ url }) => url?.reveal() ?? ''));
  const receivers = written.get('receivers');
  if (Array.isArray(receivers))
    shown.set(
      'receivers',
      receivers.map((each, i) => withUrls(each, urls[i] ?? [])),
    );
  return printYaml(shown);
}

/** What of a tree stands in the file. Where the file has another form of the same, the tree's is kept. */
function asWritten(value: YamlValue, node: YamlNode): YamlValue {
  if (isMap(value) && node.kind === 'map') {
    const kept = node.entries.flatMap(({ key, value: below }): [string, YamlValue][] => {
      const item = value.get(key.text);
      return item === undefined ? [] : [[key.text, asWritten(item, below)]];
    });
    return new Map(kept);
  }
  if (Array.isArray(value) && node.kind === 'list' && node.items.length === value.length) {
    return value.map((item: YamlValue, i) => asWritten(item, node.items[i]!));
  }
  return value;
}

/**
 * Webhooks with URLs that are URLs to every parser: Alertmanager's before 0.26 do not take `<secret>` for one. What is
 * secret about them is behind the host.
 */
function withUrls(receiver: YamlValue, urls: readonly string[]): YamlValue {
  const webhooks = isMap(receiver) ? receiver.get('webhook_configs') : undefined;
  if (!isMap(receiver) || !Array.isArray(webhooks)) return receiver;
  const readable = webhooks.map((webhook: YamlValue, i) => {
    const url = readableUrl(urls[i] ?? '');
    return isMap(webhook) && webhook.has('url') && url !== null ? new Map([...webhook, ['url', url]]) : webhook;
  });
  return new Map([...receiver, ['webhook_configs', readable]]);
}

/** Null: it cannot be shown as one, for it is a template. */
function readableUrl(url: string): string | null {
  const read = readUrl(url);
  if (read === null || url.includes('{{')) return null;
  const { protocol, host } = read;
  return `${protocol}//${host}/<secret>`;
}

function mapUnder(map: YamlMap, key: string): YamlMap {
  const value = map.get(key);
  return value !== undefined && isMap(value) ? value : new Map();
}

function isMap(value: YamlValue): value is YamlMap {
  return value instanceof Map;
}
