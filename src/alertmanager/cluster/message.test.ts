import { describe, expect, it } from 'vitest';
import { refusal } from './admission.ts';
import { encodeAnswer, encodeRequest, NO_PAGE, type PeerRequest, parseAnswer, parseRequest } from './message.ts';

const FROM = { name: 'a', instance: '01', address: 'a:9094' };
const NOTIFICATION = {
  ...{ groupKey: '{}:{}', receiver: 'r', integration: 'webhook', index: 0, sentAt: 1, expiresAt: 2 },
  ...{ firing: ['f'], resolved: [], receiverData: { ts: '1' } },
};
const ENTRIES = {
  silences: [
    {
      ...{ id: 's', startsAt: 1, endsAt: 2, updatedAt: 3, createdBy: 'me', comment: 'c', annotations: { k: 'v' } },
      matchers: [{ name: 'x', operator: '=~' as const, value: 'a|b' }],
    },
  ],
  notifications: [{ ...NOTIFICATION, by: 'a' }],
};
const REQUEST: PeerRequest = { id: '1', label: 'blue', from: FROM, members: [FROM], question: { kind: 'hello' } };

describe('a message', () => {
  it.each<PeerRequest['question']>([
    { kind: 'hello' },
    { kind: 'leave' },
    { kind: 'update', isLive: true, entries: ENTRIES },
    { kind: 'pull', digest: 'd', after: 's:1' },
  ])('arrives as it was sent: %j', (question) => {
    expect(parseRequest(encodeRequest({ ...REQUEST, question }))).toEqual({ ...REQUEST, question });
  });

  it('is answered with pages', () => {
    const answer = { id: '1', from: FROM, members: [FROM], page: { isSame: false, entries: ENTRIES, next: 'n:2' } };
    expect(parseAnswer(encodeAnswer(answer))).toEqual(answer);
    expect(parseAnswer(encodeAnswer({ ...answer, page: NO_PAGE })).page).toEqual(NO_PAGE);
  });

  it('may come from an older program, which does not say who sent a notification', () => {
    const entries = { ...ENTRIES, notifications: [NOTIFICATION] };
    const question = { kind: 'update', isLive: true, entries } as const;
    expect(parseRequest(encodeRequest({ ...REQUEST, question })).question).toEqual(question);
  });

  it('may have fields that are not known yet', () => {
    const more = { ...JSON.parse(encodeRequest(REQUEST)), color: 'green', from: { ...FROM, shard: 1 } };
    expect(parseRequest(JSON.stringify(more))).toEqual(REQUEST);
  });

  const changed = (fields: object) => () =>
    parseRequest(JSON.stringify({ ...JSON.parse(encodeRequest(REQUEST)), ...fields }));
  const update = (entries: object) => changed({ kind: 'update', isLive: true, entries });

  it.each<[what: string, parse: () => unknown, problem: string]>([
    ['no JSON', () => parseRequest('\u0000'), 'it is no JSON'],
    ['a list', () => parseRequest('[]'), 'the message is not an object'],
    ['another JSON', () => parseRequest('{}'), 'it has no version'],
    ['another version', changed({ version: 2 }), 'the message has version 2 of the protocol, this program speaks 1'],
    ['another kind', changed({ kind: 'dance' }), 'kind "dance" is not known'],
    ['a crowd', changed({ members: Array.from({ length: 257 }, () => FROM) }), 'it names more than 256 members'],
    ['a bad list', update({ ...ENTRIES, silences: 1 }), 'silences is not a list'],
  ])('is refused when it is %s', (_, parse, problem) => {
    expect(parse).toThrow(problem);
  });
});

describe('an entry that cannot be read', () => {
  const [silence] = ENTRIES.silences;
  const [notification] = ENTRIES.notifications;
  it.each([
    ['a bad time', { notifications: [{ ...notification, sentAt: '1' }, notification] }, 'sentAt is not'],
    [
      'a bad operator',
      { silences: [{ ...silence, matchers: [{ name: 'x', operator: '>', value: '1' }] }, silence] },
      'operator is not one of a matcher',
    ],
    ['no object', { silences: [1, silence] }, 'silence is not an object'],
  ])('is left out, and said, when it has %s; the others arrive', (_, broken, problem) => {
    const text = JSON.stringify({
      ...JSON.parse(encodeRequest(REQUEST)),
      ...{ kind: 'update', isLive: true, entries: { ...ENTRIES, ...broken } },
    });
    const entries = { ...ENTRIES, problems: [expect.stringContaining(problem)] };
    expect(parseRequest(text).question).toEqual({ kind: 'update', isLive: true, entries });
  });
});

describe('an instance', () => {
  const asked = { self: { ...FROM, name: 'b', instance: '02' }, label: 'blue', isLeaving: false };

  it('answers those of its own cluster, itself too', () => {
    expect(refusal(REQUEST, asked)).toBe(null);
    expect(refusal({ ...REQUEST, from: asked.self }, asked)).toBe(null);
  });

  it('does not answer others, nor when it is about to end', () => {
    expect(refusal({ ...REQUEST, label: '' }, asked)?.message).toBe(
      'this instance belongs to the cluster with the label "blue", not ""',
    );
    expect(refusal({ ...REQUEST, from: { ...FROM, name: 'b' } }, asked)?.message).toBe('the peer name "b" is taken');
    expect(refusal(REQUEST, { ...asked, isLeaving: true })?.message).toBe('this instance is stopping');
  });
});
