import { utf8Length } from '#lib/utf8';
import type { StoredSilence } from '#meta/silences';
import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';

/**
 * How many bytes Alertmanager's own form of a silence has (MeshSilence of silencepb/silence.proto), which its limit counts.
 * All fields have numbers below 16: their tag is one byte. Empty fields are not written.
 */
export function silenceSize(silence: StoredSilence, retention: Millis): number {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence;
  const texts = [id, createdBy, comment].map(utf8Length).map(field);
  const times = [startsAt, endsAt, updatedAt].map(timestamp);
  const set = field(total(matchers.map(matcherSize).map(field)));
  const pairs = Object.entries(annotations).map(([name, value]) => field(entryText(name) + entryText(value)));
  return field(total([...texts, ...times, set, ...pairs])) + timestamp(endsAt + retention);
}

function matcherSize({ name, operator, value }: MatcherSpec): number {
  const type = operator === '=' ? 0 : 2;
  return type + field(utf8Length(name)) + field(utf8Length(value));
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** With its tag and length. */
function field(bytes: number): number {
  return bytes === 0 ? 0 : 1 + varint(bytes) + bytes;
}

/** Keys and values of maps are written even when they are empty. */
function entryText(text: string): number {
  return field(utf8Length(text)) || 2;
}

function timestamp(time: Millis): number {
  const nanos = (time % 1000) * 1e6;
  return field(1 + varint(Math.floor(time / 1000)) + (nanos === 0 ? 0 : 1 + varint(nanos)));
}

function varint(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++;
  return bytes;
}
