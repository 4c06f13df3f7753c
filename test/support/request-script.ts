import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** The requests of a tool in their order, as test/fixtures/grafana-tools/README.md describes them. */
export interface RequestScript {
  readonly tool: string;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly steps: readonly ScriptStep[];
}

type ScriptStep =
  | { readonly say: string; readonly write: string; readonly text: string }
  | { readonly say: string; readonly remove: string }
  | {
      readonly say: string;
      readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
      readonly answer: { readonly status: number; readonly body?: unknown };
      /** Variable of later steps: path of a member of the answer. */
      readonly keep?: Readonly<Record<string, string>>;
    };

export interface ScriptPlace {
  /** Without a slash at its end. */
  readonly url: string;
  /** Where files are written and removed. */
  readonly folder: string;
}

/** Plays a script against a server; the first answer that is not as expected fails, by the step's number and words. */
export async function playScript({ headers, steps }: RequestScript, { url, folder }: ScriptPlace): Promise<void> {
  const known = new Map<string, unknown>([['server', url]]);
  for (const [i, step] of steps.entries()) {
    if ('write' in step) writeFileSync(join(folder, step.write), step.text);
    else if ('remove' in step) rmSync(join(folder, step.remove));
    else {
      const { method, path, body } = filled(step.request, known) as typeof step.request;
      const answer = await fetch(url + path, {
        ...{ method, headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const got = { status: answer.status, body: parsed(await answer.text()) };
      const wanted = expected(filled(step.answer, known));
      expect(got, `step ${i + 1}, ${step.say}: ${method} ${path} gave ${JSON.stringify(got)}`).toEqual(wanted);
      for (const [name, member] of Object.entries(step.keep ?? {})) known.set(name, memberOf(got.body, member));
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A text that is one variable becomes its value; in longer ones variables are texts. */
function filled(value: unknown, known: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === 'string') {
    const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
    if (whole !== undefined) return known.get(whole);
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => String(known.get(name)));
  }
  return mapped(value, (member) => filled(member, known));
}

function mapped(value: unknown, map: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => map(member));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(member)]));
}

const ANY: Readonly<Record<string, () => unknown>> = {
  $number: () => expect.any(Number),
  $text: () => expect.any(String),
  $time: () => expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
};

/** What `toEqual` compares with: an object may have more members than are named. */
function expected(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return exactly(value, expected);
  if ('$exactly' in value) return exactly(value.$exactly);
  if ('$some' in value) return expect.arrayContaining([expected(value.$some)]);
  return expect.objectContaining(mapped(value, expected) as Record<string, unknown>);
}

function exactly(value: unknown, inside = (member: unknown): unknown => exactly(member)): unknown {
  if (typeof value === 'string' && Object.hasOwn(ANY, value)) return ANY[value]!();
  return mapped(value, inside);
}

function memberOf(body: unknown, path: string): unknown {
  let found = body;
  for (const key of path.split('.')) found = (found as Record<string, unknown>)[key];
  return found;
}
