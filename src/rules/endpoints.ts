import { BarographError, errorMessage } from '#lib/errors';
import { readUrl } from '#lib/read-url';
import { Labels } from '#model/labels';
import type { NameValidationScheme } from '#model/name-validation';
import { relabel } from '#model/relabel';
import type { TargetGroup } from '#model/target';
import type { AlertSenderConfig } from './alerting-config.ts';

/** Where the Alertmanagers of one entry are, as URLs of their POST /api/v2/alerts. */
export interface Endpoints {
  /** Each once. */
  readonly active: readonly string[];
  /** What relabelling dropped. */
  readonly dropped: readonly string[];
  /** Why some that were found cannot be used. */
  readonly problems: readonly EndpointProblem[];
}

/** Why an Alertmanager that was found cannot be used, by its place in its group. */
interface EndpointProblem {
  readonly source: string;
  readonly index: number;
  readonly problem: string;
}

const POST_PATH = 'api/v2/alerts';

/** Relabels what was found and makes URLs of it (reference: alertmanager_config). */
export function findEndpoints(
  config: AlertSenderConfig,
  groups: readonly TargetGroup[],
  scheme: NameValidationScheme,
): Endpoints {
  const active = new Set<string>();
  const dropped: string[] = [];
  const problems: EndpointProblem[] = [];
  for (const { targets, labels: shared, source } of groups) {
    for (const [index, own] of targets.entries()) {
      const found = Labels.fromEntries([...ownLabels(config), ...shared.entries(), ...own.entries()]);
      const kept = relabel(found, config.relabelConfigs, scheme);
      try {
        if (kept === null) dropped.push(urlOf(found));
        else active.add(checkedUrl(kept));
      } catch (error) {
        problems.push({ source, index, problem: errorMessage(error) });
      }
    }
  }
  return { active: [...active], dropped, problems };
}

function ownLabels({ scheme, pathPrefix }: AlertSenderConfig): readonly (readonly [string, string])[] {
  const path = `/${pathPrefix}/${POST_PATH}`.replace(/\/{2,}/g, '/');
  return [
    ['__scheme__', scheme],
    ['__alerts_path__', path],
  ];
}

function urlOf(labels: Labels): string {
  return `${labels.get('__scheme__')}://${labels.get('__address__')}${labels.get('__alerts_path__')}`;
}

function checkedUrl(labels: Labels): string {
  const address = labels.get('__address__');
  const url = urlOf(labels);
  if (address !== '' && !address.includes('/') && readUrl(url) !== null) return url;
  throw new BarographError(`${JSON.stringify(address)} is not a valid hostname`, {
    kind: 'bad-config',
    code: 'alertmanager-address',
    hint: 'An Alertmanager is named as host:port.',
  });
}
