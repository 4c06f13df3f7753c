import { errorMessage } from '#lib/errors';
import type { Problem } from '#lib/schema-decode';
import type { TextFiles } from '#lib/text-files';
import { nodePosition, type YamlNode, type YamlScalar } from '#lib/yaml';

/** Where the values of a provisioning file may come from. */
export interface ExpansionSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: TextFiles;
}

const REFERENCE = /\$\$|\$__(env|file)\{([^}]*)\}|\$\{(\w+)\}|\$(\w+)/g;

/**
 * A document with `$NAME`, `${NAME}`, `$__env{NAME}` and `$__file{path}` replaced in its values, not in its keys; `$$` is
 * a dollar sign. A variable that is not set is empty, as in Grafana; a file that cannot be read is a problem.
 */
export async function expandValues(node: YamlNode, sources: ExpansionSources, problems: Problem[]): Promise<YamlNode> {
  if (node.kind === 'scalar') return expandScalar(node, sources, problems);
  if (node.kind === 'list') {
    const items: YamlNode[] = [];
    for (const item of node.items) items.push(await expandValues(item, sources, problems));
    return { ...node, items };
  }
  const entries = [];
  for (const { key, value } of node.entries) entries.push({ key, value: await expandValues(value, sources, problems) });
  return { ...node, entries };
}

async function expandScalar(node: YamlScalar, sources: ExpansionSources, problems: Problem[]): Promise<YamlScalar> {
  if (!node.text.includes('$')) return node;
  let text = '';
  let at = 0;
  for (const match of node.text.matchAll(REFERENCE)) {
    text += node.text.slice(at, match.index) + (await replacement(match, node, { ...sources, problems }));
    at = match.index + match[0].length;
  }
  return { ...node, text: text + node.text.slice(at) };
}

async function replacement(
  [whole, kind, argument = '', braced, bare]: RegExpMatchArray,
  node: YamlScalar,
  { env, files, problems }: ExpansionSources & { readonly problems: Problem[] },
): Promise<string> {
  if (whole === '$$') return '$';
  if (kind !== 'file') return env[kind === 'env' ? argument : (braced ?? bare ?? '')] ?? '';
  try {
    return (await files.read(argument)).trim();
  } catch (error) {
    const hint = 'check that the path is right and the file may be read';
    problems.push({ at: nodePosition(node), path: '', message: errorMessage(error), hint });
    return '';
  }
}
