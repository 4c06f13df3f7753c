import { userInfo } from 'node:os';
import { text as readStream } from 'node:stream/consumers';
import { BarographError, errorMessage } from '#lib/errors';
import { diskTextFiles } from '#lib/text-files';
import { WRONG_ADDRESS } from './address.ts';
import { timeOf } from './alerts.ts';
import { OPERATIONS } from './client.ts';
import type { Command, CommandContext } from './command.ts';
import { filtersOf, matchersOf } from './filters.ts';
import { tableText } from './table.ts';
import { wrongUse } from './wrong-use.ts';

interface ApiMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual?: boolean;
}

interface ApiSilence {
  readonly id: string;
  readonly matchers: readonly ApiMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

const HOUR = 3_600_000;
const QUIET = { kind: 'bool', default: 'false', help: 'Only show the ids.' } as const;

/** `silence query`: silences that match and have not ended. */
export const silenceQuery: Command = {
  flags: {
    expired: { kind: 'bool', default: 'false', help: 'Show those that have ended instead.' },
    quiet: QUIET,
    'created-by': { kind: 'string', default: '', help: 'Only those that this author made.' },
    id: { kind: 'list', default: '', help: 'Only those with these ids.' },
    within: { kind: 'duration', default: '', help: 'Only those that end (or have ended) within this time.' },
  },
  short: { q: 'quiet' },
  async run(context) {
    const { client, values, words, mode } = context;
    const query = new URLSearchParams(filtersOf(words, mode).map((filter): [string, string] => ['filter', filter]));
    const all = await client.ask<readonly ApiSilence[]>({ operation: OPERATIONS.getSilences, query });
    const now = Date.now();
    const expired = values.bool('expired');
    const within = values.duration('within') ?? 0;
    const [author, ids] = [values.text('created-by'), values.list('id')];
    const shown = all.filter(({ endsAt, createdBy, id }) => {
      const end = Date.parse(endsAt);
      if (expired ? end > now : end < now) return false;
      if (within > 0 && (expired ? end < now - within : end > now + within)) return false;
      return (author === '' || createdBy === author) && (ids.length === 0 || ids.includes(id));
    });
    show(shown, context);
    return 0;
  },
};

function show(silences: readonly ApiSilence[], { values, output, time, print }: CommandContext): void {
  const sorted = silences.toSorted((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
  if (values.bool('quiet')) {
    for (const { id } of silences) print(id);
  } else if (output === 'json') print(JSON.stringify(silences));
  else print(tableText(output === 'simple' ? simpleRows(sorted, time) : extendedRows(sorted, time)));
}

function simpleRows(silences: readonly ApiSilence[], time: CommandContext['time']): readonly string[][] {
  const rows = silences.map(({ id, matchers, endsAt, createdBy, comment }) => {
    return [id, matchers.map(matcherText).join(' '), time(endsAt), createdBy, comment];
  });
  return [['ID', 'Matchers', 'Ends At', 'Created By', 'Comment'], ...rows];
}

function extendedRows(silences: readonly ApiSilence[], time: CommandContext['time']): readonly string[][] {
  const rows = silences.map(({ id, matchers, startsAt, endsAt, updatedAt, createdBy, comment }) => {
    const times = [startsAt, endsAt, updatedAt].map(time);
    return [id, `{${matchers.map(matcherText).join(',')}}`, ...times, createdBy, comment];
  });
  return [['ID', 'Matchers', 'Starts At', 'Ends At', 'Updated At', 'Created By', 'Comment'], ...rows];
}

function matcherText({ name, value, isRegex, isEqual = true }: ApiMatcher): string {
  const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  return `${name}${operator}${JSON.stringify(value)}`;
}

/** `silence add`: one silence; prints its id. */
export const silenceAdd: Command = {
  flags: {
    author: { kind: 'string', default: '', help: 'Who silences; the user of this machine unless given.' },
    'require-comment': { kind: 'bool', default: 'true', help: 'Refuse a silence without a comment.' },
    duration: { kind: 'duration', default: '1h', help: 'How long it lasts.' },
    start: { kind: 'string', default: '', help: 'When it begins, RFC 3339.' },
    end: { kind: 'string', default: '', help: 'When it ends, RFC 3339; instead of the duration.' },
    comment: { kind: 'string', default: '', help: 'Why.' },
  },
  short: { a: 'author', d: 'duration', c: 'comment' },
  async run({ client, values, words, mode, print }) {
    if (words.length === 0) throw wrongUse('no matchers specified');
    const comment = values.text('comment');
    if (values.bool('require-comment') && comment === '') throw wrongUse('comment required by config');
    const startsAt = values.text('start') === '' ? new Date().toISOString() : timeOf(values.text('start'));
    const lasts = values.duration('duration') ?? HOUR;
    const endsAt =
      values.text('end') === '' ? new Date(Date.parse(startsAt) + lasts).toISOString() : timeOf(values.text('end'));
    const matchers = matchersOf(words, mode).map(({ name, operator, value }): ApiMatcher => {
      return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
    });
    const createdBy = values.text('author') || userInfo().username;
    const body = { matchers, startsAt, endsAt, createdBy, comment };
    const { silenceID } = await client.ask<{ silenceID: string }>({ operation: OPERATIONS.postSilences, body });
    print(silenceID);
    return 0;
  },
};

/** `silence update`: other times or another comment. */
export const silenceUpdate: Command = {
  flags: {
    quiet: QUIET,
    duration: { kind: 'duration', default: '', help: 'How long it lasts from its beginning.' },
    start: { kind: 'string', default: '', help: 'When it begins, RFC 3339.' },
    end: { kind: 'string', default: '', help: 'When it ends, RFC 3339.' },
    comment: { kind: 'string', default: '', help: 'Why.' },
  },
  short: { q: 'quiet', d: 'duration', c: 'comment' },
  async run(context) {
    const { client, values, words } = context;
    if (words.length === 0) throw wrongUse('no silence IDs specified');
    const updated: ApiSilence[] = [];
    for (const id of words) {
      const old = await client.ask<ApiSilence>({ operation: OPERATIONS.getSilence, id });
      const body = changed(old, values);
      const { silenceID } = await client.ask<{ silenceID: string }>({ operation: OPERATIONS.postSilences, body });
      updated.push({ ...body, id: silenceID });
    }
    show(updated, context);
    return 0;
  },
};

function changed(silence: ApiSilence, values: CommandContext['values']): ApiSilence {
  const [start, end, comment] = [values.text('start'), values.text('end'), values.text('comment')];
  const startsAt = start === '' ? silence.startsAt : timeOf(start);
  const lasts = values.duration('duration');
  const ended = end === '' ? silence.endsAt : timeOf(end);
  const endsAt = end === '' && lasts !== null ? new Date(Date.parse(startsAt) + lasts).toISOString() : ended;
  return { ...silence, startsAt, endsAt, comment: comment === '' ? silence.comment : comment };
}

/** `silence expire`: ends silences. */
export const silenceExpire: Command = {
  flags: {},
  async run({ client, words }) {
    if (words.length === 0) throw wrongUse('no silence IDs specified');
    for (const id of words) await client.ask({ operation: OPERATIONS.deleteSilence, id });
    return 0;
  },
};

/** `silence import`: the silences of a JSON file or of standard input; prints their ids. */
export const silenceImport: Command = {
  flags: { force: { kind: 'bool', default: 'false', help: 'Make new silences even where the id exists.' } },
  short: { f: 'force' },
  async run({ client, values, words, print, warn }) {
    const silences = readSilences(
      words[0] === undefined ? await readStream(process.stdin) : await diskTextFiles.read(words[0]),
    );
    let failed = 0;
    for (const silence of silences) {
      const { id = '', ...rest } = silence;
      const post = (body: Partial<ApiSilence>) =>
        client.ask<{ silenceID: string }>({ operation: OPERATIONS.postSilences, body });
      try {
        const { silenceID } = await (values.bool('force') || id === ''
          ? post(rest)
          : // One of another server is made anew.
            post(silence).catch((error: unknown) => (isUnknown(error) ? post(rest) : Promise.reject(error))));
        print(silenceID);
      } catch (error) {
        // The others would end in the same way.
        if (error instanceof BarographError && error.code === WRONG_ADDRESS) throw error;
        failed++;
        warn(`Error adding silence id='${id}': ${errorMessage(error)}`);
      }
    }
    if (failed > 0) throw wrongUse(`couldn't import ${failed} out of ${silences.length} silences`);
    return 0;
  },
};

function isUnknown(error: unknown): boolean {
  return error instanceof BarographError && error.code === 'amtool-not-found';
}

function readSilences(text: string): readonly Partial<ApiSilence>[] {
  try {
    const silences: unknown = JSON.parse(text);
    if (Array.isArray(silences)) return silences;
  } catch (error) {
    const words = /end of JSON input|Unexpected end|Expected/.test(errorMessage(error))
      ? 'unexpected EOF'
      : errorMessage(error);
    throw wrongUse(`couldn't unmarshal input data, is it JSON?: ${words}`);
  }
  throw wrongUse("couldn't unmarshal input data, is it JSON?: it is no list of silences");
}
