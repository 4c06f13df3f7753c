import { type AlertmanagerConfig, parseAlertmanagerConfig } from '#alertmanager/config';
import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { drawRoutes, drawRoutesOf, receiversOf } from '#alertmanager/route-tree';
import { checkAlertmanagerFile } from '#config/check';
import { errorMessage } from '#lib/errors';
import { formatProblem } from '#lib/schema-decode';
import { Labels } from '#model/labels';
import { OPERATIONS } from './client.ts';
import type { Command, CommandContext } from './command.ts';
import { plainLabelsOf } from './filters.ts';
import { tableText } from './table.ts';
import { wrongUse } from './wrong-use.ts';

interface ClusterStatus {
  readonly name?: string;
  readonly status: string;
  readonly peers?: readonly { readonly name: string; readonly address: string }[];
}

interface Status {
  readonly cluster: ClusterStatus;
  readonly config: { readonly original: string };
}

const FILE = {
  'config.file': { kind: 'string', default: '', help: 'A file instead of the running configuration.' },
} as const;

/** `config show`: what the server runs with. */
export const configShow: Command = {
  flags: {},
  async run({ client, output, print }) {
    const status = await client.ask<Status>({ operation: OPERATIONS.getStatus });
    print(output === 'json' ? JSON.stringify(status) : status.config.original);
    return 0;
  },
};

/** `cluster show`. */
export const clusterShow: Command = {
  flags: {},
  async run({ client, output, print }) {
    const { cluster } = await client.ask<Status>({ operation: OPERATIONS.getStatus });
    print(output === 'json' ? JSON.stringify(cluster) : clusterText(cluster, output === 'extended'));
    return 0;
  },
};

function clusterText({ status, name = '', peers = [] }: ClusterStatus, withPeers: boolean): string {
  const text = `Cluster Status:  ${status}\nNode Name:       ${name}`;
  if (!withPeers) return text;
  const rows = peers.map((peer) => [peer.address, peer.name]);
  // amtool does not pad the last cell of the head.
  const [head = '', ...lines] = tableText([['Address', 'Name'], ...rows]).split('\n');
  return [text, '', head.trimEnd(), ...lines].join('\n');
}

/** `config routes show`: the routing tree. */
export const routesShow: Command = {
  flags: FILE,
  async run(context) {
    context.print(`Routing tree:\n${drawRoutes(await configOf(context))}`);
    return 0;
  },
};

/** `config routes test`: the receivers that an alert with these labels has. */
export const routesTest: Command = {
  flags: {
    ...FILE,
    tree: { kind: 'bool', default: 'false', help: 'Draw the routes that match.' },
    'verify.receivers': { kind: 'string', default: '', help: 'Receivers that must come out, separated by commas.' },
  },
  async run(context) {
    const { values, words, mode, print } = context;
    const config = await configOf(context);
    const labels = testLabels(words, mode);
    if (values.bool('tree')) print(`Matching routes:\n${drawRoutesOf(config, labels)}\n`);
    const receivers = receiversOf(config, labels).join(',');
    print(receivers);
    const expected = values.text('verify.receivers');
    if (expected === '' || expected === receivers) return 0;
    print('WARNING: Expected receivers did not match resolved receivers.');
    return 1;
  },
};

function testLabels(words: readonly string[], mode: MatcherMode): Labels {
  try {
    return Labels.from(plainLabelsOf(words, mode));
  } catch (error) {
    throw wrongUse(`Failed to parse labels: ${errorMessage(error)}`);
  }
}

async function configOf({ client, values, mode }: CommandContext): Promise<AlertmanagerConfig> {
  const file = values.text('config.file');
  if (file !== '') {
    const { config, problems } = await checkAlertmanagerFile(file, { mode });
    if (config) return config;
    throw wrongUse(problems.map(formatProblem).join('\n'));
  }
  const { config } = await client.ask<Status>({ operation: OPERATIONS.getStatus });
  const { value, problems } = parseAlertmanagerConfig(config.original, undefined, mode);
  if (value && problems.length === 0) return value;
  throw wrongUse(problems.map(formatProblem).join('\n'));
}
