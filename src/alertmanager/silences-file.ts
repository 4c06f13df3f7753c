import { ProtobufReader } from '#lib/protobuf';
import { readStringPair, readTimestamp } from '#lib/protobuf-messages';
import { createSha256 } from '#lib/sha256';
import type { StoredSilence } from '#meta/silences';
import type { MatcherSpec } from '#model/matcher';

type Draft = { -readonly [Key in keyof StoredSilence]: StoredSilence[Key] };

const OPERATORS: readonly MatcherSpec['operator'][] = ['=', '=~', '!=', '!~'];

/**
 * The silences of the file `silences` that Alertmanager writes into its data folder: messages MeshSilence of
 * silencepb/silence.proto, each behind its length. Versions before 0.16 wrote author and comment as a list, of which the
 * first counts. A silence with several sets of matchers, of which one is enough, becomes one for each set. Throws
 * `bad-request` when the bytes are something else.
 */
export function readSilencesFile(bytes: Uint8Array): StoredSilence[] {
  const reader = new ProtobufReader(bytes);
  const silences: StoredSilence[] = [];
  while (reader.at < bytes.length) {
    const end = reader.delimited();
    while (reader.nextField(end)) {
      if (reader.field === 1) silences.push(...readSilence(reader));
      else reader.skip();
    }
  }
  return silences;
}

function readSilence(reader: ProtobufReader): StoredSilence[] {
  const end = reader.nested();
  const draft: Draft = {
    ...{ id: '', matchers: [], startsAt: 0, endsAt: 0, updatedAt: 0, createdBy: '', comment: '', annotations: {} },
  };
  const plain: MatcherSpec[] = [];
  const sets: (readonly MatcherSpec[])[] = [];
  while (reader.nextField(end)) {
    if (reader.field === 2) plain.push(readMatcher(reader));
    else if (reader.field === 11) sets.push(readSet(reader));
    else readField(reader, draft);
  }
  const all = sets.length === 0 ? [plain] : sets;
  return all.map((matchers, i) => ({ ...draft, matchers, id: i === 0 ? draft.id : idOfSet(draft.id, i) }));
}

/** Another UUID for each set, the same whenever the file is read. */
function idOfSet(id: string, set: number): string {
  const sha = createSha256();
  sha.update(new TextEncoder().encode(`${id} ${set}`));
  const hex = Array.from(sha.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function readField(reader: ProtobufReader, draft: Draft): void {
  switch (reader.field) {
    case 1:
      draft.id = reader.string();
      return;
    case 3:
      draft.startsAt = readTimestamp(reader);
      return;
    case 4:
      draft.endsAt = readTimestamp(reader);
      return;
    case 5:
      draft.updatedAt = readTimestamp(reader);
      return;
    case 6:
      readComment(reader, draft);
      return;
    case 8:
      draft.createdBy = reader.string();
      return;
    case 9:
      draft.comment = reader.string();
      return;
    case 10:
      draft.annotations = { ...draft.annotations, ...readAnnotation(reader) };
      return;
    default:
      reader.skip();
  }
}

function readSet(reader: ProtobufReader): MatcherSpec[] {
  const end = reader.nested();
  const matchers: MatcherSpec[] = [];
  while (reader.nextField(end)) {
    if (reader.field === 1) matchers.push(readMatcher(reader));
    else reader.skip();
  }
  return matchers;
}

function readMatcher(reader: ProtobufReader): MatcherSpec {
  const end = reader.nested();
  let type = 0;
  let name = '';
  let value = '';
  while (reader.nextField(end)) {
    if (reader.field === 1) type = reader.uint();
    else if (reader.field === 2) name = reader.string();
    else if (reader.field === 3) value = reader.string();
    else reader.skip();
  }
  return { name, operator: OPERATORS[type] ?? '=', value };
}

function readComment(reader: ProtobufReader, draft: Draft): void {
  const end = reader.nested();
  while (reader.nextField(end)) {
    if (reader.field === 1) draft.createdBy ||= reader.string();
    else if (reader.field === 2) draft.comment ||= reader.string();
    else reader.skip();
  }
}

function readAnnotation(reader: ProtobufReader): Record<string, string> {
  const pair: string[] = [];
  readStringPair(reader, pair);
  return { [pair[0]!]: pair[1]! };
}
