import type { MsteamsConfig } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import { deliveredUnless, type HiddenRefusal } from './hidden-refusal.ts';
import type { Notifier, NotifierParts } from './notifier.ts';
import { postJson } from './post-json.ts';
import { statusOf } from './status.ts';

const COLORS = { firing: '8C1A1A', resolved: '2DC72D' };

/** Posts a message card to one of the old connectors of Microsoft Teams. */
export function msteams(config: MsteamsConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const render = (text: string) => parts.renderer.text(text, notification);
      const { webhookUrl, webhookUrlFile, httpConfig: client } = config;
      const url = await configuredText({ key: 'webhook_url', text: webhookUrl, file: webhookUrlFile }, parts.files);
      const payload = {
        '@context': 'http://schema.org/extensions',
        type: 'MessageCard',
        title: render(config.title),
        summary: render(config.summary),
        text: render(config.text),
        themeColor: COLORS[statusOf(notification)],
      };
      return deliveredUnless(await postJson(parts, { url, payload, client, signal }), hiddenRefusal);
    },
  };
}

// A connector takes every message and says in its answer what became of it.
function hiddenRefusal(body: string): HiddenRefusal | null {
  if (!body.includes('Webhook message delivery failed')) return null;
  return { error: body.trim().slice(0, 500), retry: /HTTP error (429|5\d\d)/.test(body) };
}
