import type { VictoropsConfig } from '../config/paging.ts';
import { configuredText } from './configured-text.ts';
import { deliveredUnless, type HiddenRefusal, jsonObject } from './hidden-refusal.ts';
import { incidentKey } from './incident-key.ts';
import type { Notification, Notifier, NotifierParts } from './notifier.ts';
import { postJson } from './post-json.ts';
import { statusOf } from './status.ts';
import { truncateRunes } from './truncate.ts';

const MAX_STATE_MESSAGE_RUNES = 20_480;
/** The types under which something may be opened; any other configured one counts as critical. */
const OPENING_TYPES = ['INFO', 'WARNING', 'CRITICAL'];

/** Sends to the REST endpoint of VictorOps; the entity is the hash of the group's key. */
export function victorops(config: VictoropsConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { apiKey, apiKeyFile, apiUrl, routingKey, httpConfig: client } = config;
      const key = await configuredText({ key: 'api_key', text: apiKey, file: apiKeyFile }, parts.files);
      const payload = message(config, render, { notification, key: await incidentKey(notification.groupKey) });
      const url = `${apiUrl}${key}/${render(routingKey)}`;
      return deliveredUnless(await postJson(parts, { url, payload, client, signal }), hiddenRefusal);
    },
  };
}

function hiddenRefusal(body: string): HiddenRefusal | null {
  const answer = jsonObject<{ readonly result: string; readonly message: string }>(body);
  if (answer?.result !== 'failure') return null;
  return { error: `error response from VictorOps: ${answer.message ?? 'no reason given'}`, retry: false };
}

function message(
  config: VictoropsConfig,
  render: (text: string) => string,
  { notification, key }: { readonly notification: Notification; readonly key: string },
) {
  const wanted = render(config.messageType);
  const opening = OPENING_TYPES.includes(wanted) ? wanted : 'CRITICAL';
  const custom = Object.entries(config.customFields).map(([name, value]) => [name, render(value)] as const);
  return {
    message_type: statusOf(notification) === 'resolved' ? 'RECOVERY' : opening,
    entity_id: key,
    entity_display_name: render(config.entityDisplayName),
    state_message: truncateRunes(render(config.stateMessage), MAX_STATE_MESSAGE_RUNES),
    monitoring_tool: render(config.monitoringTool),
    ...Object.fromEntries(custom),
  };
}
