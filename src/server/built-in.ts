import { DEFAULT_RULES_YAML } from '#rules/default-rules';

const FOLDER = '/built-in';

/** Where this server reaches itself. */
export interface OwnAddress {
  /** host:port */
  readonly address: string;
  /** Path prefix of all routes: '' or `/prometheus`. */
  readonly prefix: string;
}

/** Names of the files that are part of the program. */
export const BUILT_IN_PROMETHEUS = `${FOLDER}/prometheus.yml`;
/** Nothing is scraped, and no rule judges: what an Alertmanager alone runs with. */
export const BUILT_IN_NOTHING = `${FOLDER}/nothing.yml`;
export const BUILT_IN_ALERTMANAGER = `${FOLDER}/alertmanager.yml`;

/**
 * What runs when there is no configuration: this server and this machine are watched, and a few rules judge them. The
 * machine's metrics are at /metrics/host of our own port, so that any prometheus.yml can scrape them too.
 */
const prometheus = ({ address, prefix }: OwnAddress) => `global:
  scrape_interval: 5s
  scrape_timeout: 5s
  evaluation_interval: 15s
rule_files:
  - ${FOLDER}/rules.yml
scrape_configs:
  - job_name: barograph
    metrics_path: ${JSON.stringify(`${prefix}/metrics`)}
    static_configs:
      - targets: ['${address}']
  - job_name: node
    metrics_path: ${JSON.stringify(`${prefix}/metrics/host`)}
    static_configs:
      - targets: ['${address}']
`;

/** Alerts are grouped and shown, and sent to nobody. */
const alertmanager = () => `route:
  receiver: nobody
  group_by: [alertname]
receivers:
  - name: nobody
`;

/** The built-in files by name. Each is made for the address under which this server reaches itself. */
export const BUILT_IN_FILES: ReadonlyMap<string, (own: OwnAddress) => string> = new Map([
  [BUILT_IN_PROMETHEUS, prometheus],
  [BUILT_IN_NOTHING, () => 'scrape_configs: []\n'],
  [BUILT_IN_ALERTMANAGER, alertmanager],
  [`${FOLDER}/rules.yml`, () => DEFAULT_RULES_YAML],
]);
