import { BarographError } from '#lib/errors';
import { NO_ENTRIES, parseEntries, type ReadEntries } from './entries.ts';
import { badMessage, boolOf, type JsonObject, listOf, objectOf, parseObject, textOf } from './json-fields.ts';

/** What is not understood by older programs gets another number; more fields do not. */
const VERSION = 1;
/** More than that do not form one cluster. */
const MOST_MEMBERS = 256;

/** An instance: what people call it, which process it is, and where it is reached. */
export interface Member {
  readonly name: string;
  /** A ULID, new at each start. */
  readonly instance: string;
  readonly address: string;
}

/**
 * `hello` asks who is there. `update` brings entries: live ones that have just been made, or those that the other one
 * lacked. `pull` asks for the entries behind `after`, unless those of the other one have the same digest. `leave` says
 * that the process ends.
 */
export type Question =
  | { readonly kind: 'hello' | 'leave' }
  | { readonly kind: 'update'; readonly isLive: boolean; readonly entries: ReadEntries }
  | { readonly kind: 'pull'; readonly digest: string; readonly after: string };

/** A part of an instance's entries, in the order of their keys. */
export interface Page {
  /** The digests are equal: there is nothing to give. */
  readonly isSame: boolean;
  readonly entries: ReadEntries;
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
}

export const NO_PAGE: Page = { isSame: true, entries: NO_ENTRIES, next: null };

interface Envelope {
  /** Of the question; the answer repeats it, so that an old answer is not taken for a new one. */
  readonly id: string;
  readonly from: Member;
  /** Whom the sender holds for alive, itself included. */
  readonly members: readonly Member[];
}

export interface PeerRequest extends Envelope {
  readonly label: string;
  readonly question: Question;
}

export interface PeerAnswer extends Envelope {
  readonly page: Page;
}

export function encodeRequest({ question, ...envelope }: PeerRequest): string {
  return JSON.stringify({ version: VERSION, ...envelope, ...question });
}

export function encodeAnswer(answer: PeerAnswer): string {
  return JSON.stringify({ version: VERSION, ...answer });
}

/** Throws `bad-request` for what is no message, or one of another version. */
export function parseRequest(text: string): PeerRequest {
  const object = versioned(text);
  return { ...parseEnvelope(object), label: textOf(object, 'label'), question: parseQuestion(object) };
}

/** Throws `bad-request` as `parseRequest` does. */
export function parseAnswer(text: string): PeerAnswer {
  const object = versioned(text);
  const page = objectOf(object['page'], 'page');
  const next = page['next'] === null ? null : textOf(page, 'next');
  const entries = parseEntries(page['entries']);
  return { ...parseEnvelope(object), page: { isSame: boolOf(page, 'isSame'), entries, next } };
}

function versioned(text: string): JsonObject {
  const object = parseObject(text);
  const { version } = object;
  if (version === VERSION) return object;
  if (typeof version !== 'number') throw badMessage('it has no version');
  throw new BarographError(`the message has version ${version} of the protocol, this program speaks ${VERSION}`, {
    kind: 'bad-request',
    code: 'peer-version',
    hint: 'Run the same release of Barograph on all instances.',
  });
}

function parseEnvelope(object: JsonObject): Envelope {
  const members = listOf(object, 'members', parseMember);
  if (members.length > MOST_MEMBERS) throw badMessage(`it names more than ${MOST_MEMBERS} members`);
  return { id: textOf(object, 'id'), from: parseMember(object['from']), members };
}

function parseMember(value: unknown): Member {
  const object = objectOf(value, 'member');
  return { name: textOf(object, 'name'), instance: textOf(object, 'instance'), address: textOf(object, 'address') };
}

function parseQuestion(object: JsonObject): Question {
  const kind = textOf(object, 'kind');
  switch (kind) {
    case 'hello':
    case 'leave':
      return { kind };
    case 'update':
      return { kind, isLive: boolOf(object, 'isLive'), entries: parseEntries(object['entries']) };
    case 'pull':
      return { kind, digest: textOf(object, 'digest'), after: textOf(object, 'after') };
    default:
      throw badMessage(`kind ${JSON.stringify(kind)} is not known`);
  }
}
