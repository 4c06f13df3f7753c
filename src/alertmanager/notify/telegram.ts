import type { TelegramConfig } from '../config/chat.ts';
import { configuredText } from './configured-text.ts';
import { given } from './given.ts';
import { deliveredUnless, type HiddenRefusal, jsonObject } from './hidden-refusal.ts';
import type { Delivery, Notification, Notifier, NotifierParts } from './notifier.ts';
import { notifyError } from './notify-error.ts';
import { postJson, type Sent } from './post-json.ts';
import { truncateRunes } from './truncate.ts';

const MAX_MESSAGE_RUNES = 4096;
/** Cut HTML would be refused: it may end within a tag. */
const TOO_LONG =
  'Barograph could not send this notification: the message is longer than Telegram allows. Look at the template of the message.';

/** Sends a message as a bot. All parameters are texts, as Telegram's clients send them. */
export function telegram(config: TelegramConfig, parts: NotifierParts): Notifier {
  return {
    async send(notification, signal) {
      const { apiUrl, botToken, botTokenFile, httpConfig: client } = config;
      const token = await configuredText({ key: 'bot_token', text: botToken, file: botTokenFile }, parts.files);
      const payload = {
        chat_id: await chatId(config, parts),
        text: text(config, parts, notification),
        disable_web_page_preview: 'true',
        ...given({
          disable_notification: config.disableNotifications ? 'true' : '',
          message_thread_id: config.messageThreadId === 0 ? '' : String(config.messageThreadId),
          parse_mode: config.parseMode,
        }),
      };
      const url = `${apiUrl.replace(/\/$/, '')}/bot${token}/sendMessage`;
      const sent = await postJson(parts, { url, payload, client, signal, describe: description });
      return waitAsTold(sent);
    },
  };
}

function text(config: TelegramConfig, { renderer }: NotifierParts, notification: Notification): string {
  if (config.parseMode !== 'HTML') return truncateRunes(renderer.text(config.message, notification), MAX_MESSAGE_RUNES);
  const html = renderer.html(config.message, notification);
  return [...html].length > MAX_MESSAGE_RUNES ? TOO_LONG : html;
}

async function chatId({ chatId: id, chatIdFile: file }: TelegramConfig, { files }: NotifierParts): Promise<string> {
  if (!file) return String(id);
  const written = await configuredText({ key: 'chat_id', text: undefined, file }, files);
  if (!/^[+-]?\d+$/.test(written)) {
    throw notifyError(`could not parse chat_id from ${file}: ${JSON.stringify(written)} is no number`);
  }
  return String(BigInt(written.replace('+', '')));
}

interface Refusal {
  readonly ok?: boolean;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

function parseRefusal(body: string): Refusal | null {
  return jsonObject<Refusal>(body);
}

function hiddenRefusal(body: string): HiddenRefusal | null {
  const answer = parseRefusal(body);
  if (answer?.ok !== false) return null;
  const { error_code: code = 0, description: why = 'no reason given' } = answer;
  return { error: `error response from Telegram: ${why}`, retry: code === 429 || code >= 500 };
}

function description(body: string): string {
  return parseRefusal(body)?.description ?? body;
}

// How long to wait stands in the body, not in a header.
function waitAsTold(sent: Sent): Delivery {
  const seconds =
    'refused' in sent && sent.refused ? parseRefusal(sent.refused.body)?.parameters?.retry_after : undefined;
  if (!('failure' in sent) || seconds === undefined) return deliveredUnless(sent, hiddenRefusal);
  return { ...sent.failure, retryAfter: seconds * 1000 };
}
