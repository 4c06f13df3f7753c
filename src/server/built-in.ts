import { DEFAULT_RULES_YAML } from '#rules/default-rules';

const FOLDER = '/built-in';

/** Where this server reaches itself. */
export interface OwnAddress {
  /** host:port */
  readonly address: string;
  /** Path prefix of all routes: '' or `/prometheus`. */
  readonly prefix: string;
  /** Null, or absent: it lets in everybody. */
  readonly access?: OwnAccess | null;
}

/** How this server gets in where others need a password. */
export interface OwnAccess {
  /** HTTPS. */
  readonly isSecure: boolean;
  /** What it shows instead of a password, as a bearer token. */
  readonly token: string;
  /** Files of a certificate and its key for a server that wants some of its clients; null: it does not, or has no files. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string } | null;
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
const prometheus = ({ address, prefix, access = null }: OwnAddress) => `global:
  scrape_interval: 5s
  scrape_timeout: 5s
  evaluation_interval: 15s
rule_files:
  - ${FOLDER}/rules.yml
scrape_configs:
  - job_name: barograph
    metrics_path: ${JSON.stringify(`${prefix}/metrics`)}${withAccess(access)}
    static_configs:
      - targets: ['${address}']
  - job_name: node
    metrics_path: ${JSON.stringify(`${prefix}/metrics/host`)}${withAccess(access)}
    static_configs:
      - targets: ['${address}']
`;

/** Settings of a job. Whose certificate it is need not be proved: nobody else listens on our port. */
function withAccess(access: OwnAccess | null): string {
  if (access === null) return '';
  const { isSecure, token, certificate } = access;
  const files = certificate === null ? {} : { cert_file: certificate.certFile, key_file: certificate.keyFile };
  const tls = JSON.stringify({ insecure_skip_verify: true, ...files });
  const secure = isSecure ? `\n    scheme: https\n    tls_config: ${tls}` : '';
  return `\n    authorization: { credentials: ${token} }${secure}`;
}

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
