import { describe, expect, it } from 'vitest';
import { formatProblem } from '#lib/schema-decode';
import { decodeGood, printed, problemsOf } from '#test/decode';
import { parseTargetGroups, reportInvalidTarget, discoveryConfigsSchema as schema } from './config.ts';

/** The messages alone. */
function messages(text: string): string[] {
  return problemsOf(schema, text).map((problem) =>
    problem.replace(/^\d+:\d+: [^ ]+: /, '').replace(/ \(add [^)]*\)$/, ''),
  );
}

describe('static configs', () => {
  it('are targets and their labels', () => {
    const { staticConfigs } = decodeGood(
      schema,
      'static_configs:\n- targets: ["a:1", "b:2"]\n  labels: {env: prod, zone: 1}\n',
    );
    expect(staticConfigs).toEqual([{ targets: ['a:1', 'b:2'], labels: { env: 'prod', zone: '1' } }]);
  });

  it('may not be empty sections', () => {
    expect(problemsOf(schema, 'static_configs:\n-\n')).toEqual([
      '2:1: static_configs[0]: empty or null section in static_configs',
    ]);
  });

  it('must hold addresses', () => {
    const found: unknown[] = [];
    const discovery = decodeGood(schema, 'static_configs:\n- targets: ["a:1", "http://b:2/x"]\n');
    reportInvalidTarget(discovery, (message, at) => found.push([message, at]));
    expect(found).toEqual([['"http://b:2/x" is not a valid hostname', ['static_configs', 0, 'targets', 1]]]);
  });
});

describe('file discovery', () => {
  it('has absolute paths', () => {
    expect(decodeGood(schema, 'file_sd_configs: [{files: [a/*.json, /b.yml]}]').fileSdConfigs).toEqual([
      { files: ['/etc/a/*.json', '/b.yml'], refreshInterval: 300_000 },
    ]);
  });

  it.each(['a.txt', '*/a.json', 'a*.json*'])('refuses %s', (name) => {
    const hint = 'the name must end in .json, .yml or .yaml, and * may only stand in its last part';
    expect(problemsOf(schema, `file_sd_configs: [{files: ["${name}"]}]`)[0]).toBe(
      `1:28: file_sd_configs[0].files[0]: path name "${name}" is not valid for file discovery (${hint})`,
    );
  });

  it('wants a file', () => {
    expect(messages('file_sd_configs: [{files: []}]')).toEqual([
      'file service discovery config must contain at least one path name',
    ]);
  });
});

describe('target groups of a file', () => {
  it('are read from YAML and JSON', () => {
    const groups = [{ targets: ['a:1'], labels: { x: 'y' } }];
    expect(parseTargetGroups('- targets: ["a:1"]\n  labels: {x: y}\n').value).toEqual(groups);
    expect(parseTargetGroups('[\n\t{"targets": ["a:1"],\n\t "labels": {"x": "y"}}\n]').value).toEqual(groups);
    expect(parseTargetGroups('[]').value).toEqual([]);
    expect(parseTargetGroups('').value).toEqual([]);
  });

  it('are refused with their place', () => {
    const place = (text: string) => parseTargetGroups(text, 'sd.json').problems.map(formatProblem);
    expect(place('[{"targets": ["a:1"], "label": {}}]')).toEqual([
      'sd.json:1:23: [0].label: field label not found in type targetgroup.Group (did you mean labels?)',
    ]);
    expect(place('{}')).toEqual(['sd.json:1:1: cannot unmarshal !!map into []targetgroup.Group']);
    expect(place('[{')).toHaveLength(1);
  });
});

describe('kubernetes discovery', () => {
  it('has a role, and selectors that fit it', () => {
    const text =
      'kubernetes_sd_configs:\n- role: pod\n  namespaces: {names: [a]}\n  selectors: [{role: pod, label: app=x}, {role: node}]\n';
    expect(decodeGood(schema, text).kubernetesSdConfigs[0]).toMatchObject({
      role: 'pod',
      namespaces: { ownNamespace: false, names: ['a'] },
      selectors: [{ role: 'pod', label: 'app=x', field: '' }, { role: 'node' }],
    });
  });

  it.each([
    ['{}', 'role missing (one of: pod, service, endpoints, endpointslice, node, ingress)'],
    [
      '{role: vacation}',
      'unknown Kubernetes SD role "vacation" (write one of "node", "pod", "service", "endpoints", "endpointslice", "ingress")',
    ],
    [
      '{role: pod, api_server: "http://x", kubeconfig_file: k}',
      "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
    ],
    [
      '{role: pod, bearer_token: x}',
      "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
    ],
    [
      '{role: pod, kubeconfig_file: k, follow_redirects: false}',
      "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
    ],
    [
      '{role: pod, api_server: "http://x", namespaces: {own_namespace: true}}',
      "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
    ],
    ['{role: node, selectors: [{role: pod}]}', 'node role supports only node selectors'],
    ['{role: pod, selectors: [{role: pod}, {role: pod}]}', 'duplicated selector role: pod'],
    ['{role: pod, selectors: [{role: pod, field: nonsense}]}', 'invalid selector: "nonsense"'],
  ])('refuses %s', (text, message) => {
    expect(messages(`kubernetes_sd_configs: [${text}]`)).toEqual([message]);
  });
});

describe('the other mechanisms', () => {
  const credentials = 'access_key: a, secret_key: hunter2';

  it.each([
    ['aws', `{role: ecs, ${credentials}, clusters: [c]}`],
    ['azure', '{subscription_id: s, authentication_method: ManagedIdentity}'],
    ['consul', '{token: hunter2, services: [a], tags: [b], node_meta: {x: "1"}}'],
    ['digitalocean', '{role: databases, bearer_token: hunter2}'],
    ['dns', '{names: [a], type: A, port: 80}'],
    ['docker', '{host: "unix:///var/run/docker.sock", filters: [{name: a, values: [b]}]}'],
    ['dockerswarm', '{host: "http://h", role: nodes}'],
    ['ec2', `{${credentials}, filters: [{name: a, values: [b]}]}`],
    ['ecs', '{clusters: [a], request_concurrency: 3}'],
    ['elasticache', '{region: r}'],
    ['eureka', '{server: "http://e"}'],
    ['gce', '{project: p, zone: z}'],
    ['hetzner', '{role: hcloud, label_selector: a}'],
    ['http', '{url: "https://h/sd", refresh_interval: 10s}'],
    ['ionos', '{datacenter_id: d}'],
    ['kubernetes', '{role: endpointslice, attach_metadata: {node: true}}'],
    ['kuma', '{server: "http://k", client_id: c}'],
    ['lightsail', '{profile: p}'],
    ['linode', '{region: r}'],
    ['marathon', '{servers: ["http://m"], auth_token: hunter2}'],
    ['msk', '{}'],
    ['nerve', '{servers: [a], paths: [/p]}'],
    ['nomad', '{server: "http://n"}'],
    ['oci', '{region: r, auth: instance_principal}'],
    ['openstack', '{role: instance, region: r, password: hunter2}'],
    ['outscale', `{${credentials}}`],
    ['ovhcloud', '{service: vps, application_key: a, application_secret: hunter2, consumer_key: hunter2}'],
    ['puppetdb', '{url: "http://p", query: q}'],
    ['rds', '{filters: []}'],
    ['scaleway', `{role: instance, project_id: p, ${credentials}}`],
    ['serverset', '{servers: [a], paths: [/p]}'],
    ['stackit', '{project: p, private_key: hunter2}'],
    ['triton', '{account: a, dns_suffix: d, endpoint: e}'],
    ['uyuni', '{server: "http://u", username: u, password: hunter2}'],
    ['vultr', '{bearer_token: hunter2}'],
  ])('%s reads, prints without secrets and reads again', (name, text) => {
    const value = decodeGood(schema, `${name}_sd_configs: [${text}]`);
    const shown = printed(schema, value);
    expect(shown).not.toContain('hunter2');
    expect(printed(schema, decodeGood(schema, shown))).toBe(shown);
    expect(problemsOf(schema, `${name}_sd_configs: [{nonsense: 1}]`).join('\n')).toContain(
      'field nonsense not found in type',
    );
    expect(problemsOf(schema, `${name}_sd_configs:\n-\n`)[0]).toContain(`empty or null section in ${name}_sd_configs`);
  });

  it('are all there', () => {
    expect(schema.keys).toHaveLength(37);
  });

  it.each([
    ['consul', '{server: ""}', 'consul SD configuration requires a server address'],
    [
      'consul',
      '{username: u, basic_auth: {}}',
      'at most one of consul SD configuration username and password and basic auth can be configured',
    ],
    ['dns', '{names: [a], type: A}', 'a port is required in DNS-SD configs for all record types except SRV'],
    ['dns', '{names: [a], type: TXT}', 'invalid DNS-SD records type TXT (write one of SRV, A, AAAA, MX, NS)'],
    ['docker', '{}', 'host missing'],
    ['ec2', '{filters: [{name: a}]}', 'EC2 SD configuration filter values cannot be empty'],
    ['docker', '{host: ":x"}', 'parse ":x": missing protocol scheme'],
    [
      'uyuni',
      '{server: ":x", username: u, password: p}',
      'Uyuni Server URL is not valid: parse ":x": missing protocol scheme',
    ],
    ['stackit', '{region: ""}', 'stackit_sd: endpoint and region missing'],
    ['stackit', '{endpoint: ":x"}', 'stackit_sd: invalid endpoint ":x": parse ":x": missing protocol scheme'],
    ['kuma', '{}', 'kuma SD server must not be empty: '],
    ['kuma', '{server: k}', 'kuma SD server must not be empty and have a scheme: k'],
    ['eureka', '{server: nohost}', 'eureka_sd: invalid eureka server URL'],
    ['http', '{}', 'URL is missing'],
    ['http', '{url: "ftp://x"}', "URL scheme must be 'http' or 'https'"],
    ['nerve', '{servers: [a], paths: [p]}', "nerve SD config paths must begin with '/': p"],
    ['oci', '{region: r, auth: x}', 'oci_sd: unknown auth method "x", expected "api_key" or "instance_principal"'],
    [
      'triton',
      '{account: a, dns_suffix: d, endpoint: e, role: x}',
      "triton SD configuration requires role to be 'container' or 'cn'",
    ],
    [
      'azure',
      '{subscription_id: s, authentication_method: x}',
      'unknown authentication_type "x". Supported types are "OAuth", "ManagedIdentity", "SDK" or "WorkloadIdentity" (write one of "OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity")',
    ],
  ])('%s refuses %s', (name, text, message) => {
    expect(messages(`${name}_sd_configs: [${text}]`)).toEqual([message]);
  });
});
