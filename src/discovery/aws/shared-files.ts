import type { TextFiles } from '#lib/text-files';

/** The settings of one profile. */
export type AwsProfile = ReadonlyMap<string, string>;

type Environment = Readonly<Record<string, string | undefined>>;

/** The profile as the shared credentials file and the shared config file have it; the first wins. Empty: there is none. */
export async function readProfile(name: string, files: TextFiles, env: Environment): Promise<AwsProfile> {
  const home = env['HOME'] ?? '';
  const config = await readText(env['AWS_CONFIG_FILE'] || `${home}/.aws/config`, files);
  const credentials = await readText(env['AWS_SHARED_CREDENTIALS_FILE'] || `${home}/.aws/credentials`, files);
  const section = name === 'default' ? name : `profile ${name}`;
  return new Map([...(parseIni(config).get(section) ?? []), ...(parseIni(credentials).get(name) ?? [])]);
}

function readText(path: string, files: TextFiles): Promise<string> {
  return files.read(path).catch(() => '');
}

function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of text.split('\n')) {
    const section = /^\s*\[\s*(.*?)\s*\]/.exec(line);
    const entry = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (section !== null) {
      current = new Map();
      sections.set(section[1]!.replace(/\s+/g, ' '), current);
    } else if (entry !== null) current.set(entry[1]!, entry[2]!);
  }
  return sections;
}
