import { Secret } from '#lib/secret';
import type { SecretBox } from '#lib/secret-box';

/** The passwords and tokens of a data source by Grafana's names. */
export interface SourceSecrets {
  readonly secrets: ReadonlyMap<string, Secret>;
  /** What cannot be decrypted, as it is kept: its key is another one. It is there again when the key is. */
  readonly lost: ReadonlyMap<string, string>;
}

/** What the database keeps: a text for each name. */
export function sealSecrets({ secrets, lost }: SourceSecrets, box: SecretBox): string {
  const sealed = [...secrets].map(([name, secret]): [string, string] => [
    name,
    box.seal(secret.reveal(), labelOf(name)),
  ]);
  return JSON.stringify(Object.fromEntries([...lost, ...sealed]));
}

/** The secrets that the database keeps; `sealed` is false for what an older program wrote as it is. */
export function openSecrets(kept: string, sealed: boolean, box: SecretBox): SourceSecrets {
  const secrets = new Map<string, Secret>();
  const lost = new Map<string, string>();
  for (const [name, text] of Object.entries(JSON.parse(kept) as Record<string, string>)) {
    const opened = sealed ? box.open(text, labelOf(name)) : text;
    if (opened === null) lost.set(name, text);
    else secrets.set(name, new Secret(opened));
  }
  return { secrets, lost };
}

/** Whether what is kept is to be encrypted anew, with the key of now: what can be. */
export function isOutdated(kept: string, sealed: boolean, box: SecretBox): boolean {
  if (!sealed) return true;
  const texts = Object.entries(JSON.parse(kept) as Record<string, string>);
  return texts.some(([name, text]) => !box.isCurrent(text) && box.open(text, labelOf(name)) !== null);
}

/** One cannot be put in the place of another. */
function labelOf(name: string): string {
  return `data source ${name}`;
}
