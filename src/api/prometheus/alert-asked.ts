import type { Alertmanager } from '#alertmanager/alertmanager';
import { BarographError } from '#lib/errors';
import { fingerprint as fingerprintOf } from '#model/alert';
import { Labels } from '#model/labels';
import type { RuleManager } from '#rules/manager';
import { notFound } from '../errors.ts';
import type { Params } from '../params.ts';
import { labelsOf } from './alerting-receivers.ts';

/** Where an alert that somebody asks for may be known. */
export interface KnownAlerts {
  readonly alertmanager: Pick<Alertmanager, 'alerts' | 'labelsOf'>;
  readonly rules: Pick<RuleManager, 'alerts'>;
  readonly externalLabels: () => Labels;
}

/**
 * The labels of the alert that `fingerprint` or `labels` names. Labels of no alert mean the alert that has the external
 * labels beside them, as /api/v1/alerts leaves those out; labels of none at all are a question for what would be. Throws
 * `not-found` for an unknown fingerprint, and for labels that several alerts have among others; `bad-request` when
 * nothing is named.
 */
export function alertAsked(params: Params, known: KnownAlerts): Labels {
  const fingerprint = params.get('fingerprint');
  if (fingerprint !== '') return withFingerprint(fingerprint, known);
  const labels = labelsOf(params.get('labels'));
  if (labels.size > 0) return withLabels(labels, known);
  throw new BarographError('labels must name the labels of one alert', {
    kind: 'bad-request',
    code: 'alert-labels',
    hint: 'Ask with fingerprint=… or with labels={alertname="…"}, every label with =.',
  });
}

function withFingerprint(fingerprint: string, { alertmanager }: KnownAlerts): Labels {
  const labels = alertmanager.labelsOf(fingerprint);
  if (labels) return labels;
  throw notFound(`nothing is known of an alert with the fingerprint ${fingerprint}`);
}

function withLabels(labels: Labels, { alertmanager, rules, externalLabels }: KnownAlerts): Labels {
  const external = externalLabels();
  const own = [labels, labels.over(external)].find((each) => alertmanager.labelsOf(fingerprintOf(each)) !== null);
  if (own !== undefined) return own;
  const more = alertmanager
    .alerts()
    .map((alert) => Labels.from(alert.labels))
    .filter((each) => [...labels.entries()].every(([name, value]) => each.get(name) === value));
  // Relabelling may have dropped some of the external labels.
  const sent = more.filter((each) =>
    [...each.entries()].every(([name, value]) => labels.has(name) || external.get(name) === value),
  );
  if (sent.length === 1) return sent[0]!;
  if (more.length === 0 || rules.alerts().some((alert) => alert.labels.equals(labels))) return labels;
  throw ambiguous(labels, more);
}

/** At most so many alerts are named in an error. */
const NAMED = 3;

function ambiguous(labels: Labels, more: readonly Labels[]): BarographError {
  const names = [...new Set(more.flatMap((each) => each.names()))].filter((name) => !labels.has(name)).sort();
  const [alerts, have] = more.length === 1 ? ['alert', 'has'] : ['alerts', 'have'];
  const examples = more
    .slice(0, NAMED)
    .map((each) => `labels=${each}`)
    .join(' or ');
  return new BarographError(
    `no alert has just these labels; ${more.length} ${alerts} ${have} them and also ${names.join(', ')}`,
    {
      kind: 'bad-request',
      code: 'not-found',
      hint: `Name all labels of one alert, e.g. ${examples}, or ask with its fingerprint.`,
    },
  );
}
