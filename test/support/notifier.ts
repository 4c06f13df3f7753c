import { createHttpPost, type HttpPost } from '#alertmanager/http-post';
import type { FindAwsIdentity } from '#alertmanager/outgoing';
import { sendMail } from '#lib/smtp';
import type { TextFiles } from '#lib/text-files';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';

/** Files that exist only in a test. */
export function filesOf(texts: Readonly<Record<string, string>>): TextFiles {
  return {
    read: async (path) => {
      const text = texts[path];
      if (text === undefined) throw new Error(`open ${path}: no such file or directory`);
      return text;
    },
    list: async () => Object.keys(texts).map((path) => path.split('/').at(-1)!),
  };
}

/** An alert of the year 2026 in a flush; `minutes` after nine it began. */
export function flushedAlert(labels: Record<string, string>, { annotations = {}, resolved = false, minutes = 0 } = {}) {
  const startsAt = Date.UTC(2026, 10, 24, 9, minutes);
  const alert: Alert = {
    labels: Labels.from({ alertname: 'DiskFull', ...labels }),
    annotations: Labels.from(annotations),
    startsAt,
    endsAt: resolved ? startsAt + 60_500 : startsAt + 3_600_000,
    updatedAt: startsAt,
    timeout: false,
    generatorURL: 'http://prometheus/graph?g0.expr=up',
  };
  return { alert, fingerprint: fingerprint(alert.labels), resolved };
}

/** When the notifications of tests are sent. */
export const NOTIFIED_AT = Date.UTC(2026, 10, 24, 9, 30);

/** A notification about these alerts, grouped by alertname. */
export function notificationOf(alerts: ReturnType<typeof flushedAlert>[]) {
  return {
    receiver: 'team-x',
    groupKey: '{}/{team="x"}:{alertname="DiskFull"}',
    groupLabels: Labels.from({ alertname: 'DiskFull' }),
    routeLabels: Labels.EMPTY,
    reason: 'first notification',
    alerts,
    now: NOTIFIED_AT,
    receiverData: {},
  } as const;
}

/** What notifiers need, with the real network and the real SMTP. The caller closes `http`. */
export function outgoingParts(files: TextFiles): {
  readonly http: HttpPost;
  readonly post: HttpPost['post'];
  readonly sendMail: typeof sendMail;
  readonly findAwsIdentity: FindAwsIdentity;
  readonly files: TextFiles;
  readonly now: () => number;
} {
  const http = createHttpPost({ files, env: {} });
  return { http, post: http.post, sendMail, findAwsIdentity: lentIdentity, files, now: () => NOTIFIED_AT };
}

const lentIdentity: FindAwsIdentity = async ({ region = '', accessKey = '' }) => ({
  region,
  credentials: { accessKey, secretKey: 'secret', sessionToken: '' },
});
