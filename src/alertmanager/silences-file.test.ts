import { describe, expect, it } from 'vitest';
import { readSilencesFile } from './silences-file.ts';

/** As Alertmanager 0.33.1 wrote it when it was ended: with sets of matchers, and annotations. */
const OF_0_33 = [
  'vAEKqwEKJGQ0ZWQyZjQwLTdmODctNDRmOC1hOGM0LTNkMjVhZDJiMWQ5NBIREglhbGVydG5hbWUaBERvd24SDQgDEgR0ZWFtGgNh',
  'fGIaDAjE/6bYBhDNhNDnASIMCKWq9YYHEIDrpcMCKgwIxP+m2AYQzYTQ5wFCA2FubkoOdGhlIHJhY2sgbW92ZXNaIgoREglhbGVy',
  'dG5hbWUaBERvd24KDQgDEgR0ZWFtGgNhfGISDAil2Y+HBxCA66XDAq4BCp0BCiRjNWQ5OGYzYS1iNzIyLTQ2MTUtOTM0Yi00OGQx',
  'YzJlYmU4NTcSDggBEgR6b25lGgTDvC4qEgoIAhIDam9iGgF4GgYIgOi2hQciDAilqvWGBxCA66XDAioMCMT/ptgGEJrbk+wBQgNi',
  'b2JKBWxhdGVyUgsKBnRpY2tldBIBN1ocCg4IARIEem9uZRoEw7wuKgoKCAISA2pvYhoBeBIMCKXZj4cHEIDrpcMC',
].join('');

/** The same from 0.25.0. */
const OF_0_25 = [
  'mAEKhwEKJDg1MWY5ZTk5LTNhZTQtNGQ2NS1hZDdmLThlMTBjYzc0Mjk4NBIREglhbGVydG5hbWUaBERvd24SDQgDEgR0ZWFtGgNh',
  'fGIaDAjH/6bYBhC48vOoAiIMCKWq9YYHEIDrpcMCKgwIx/+m2AYQuPLzqAJCA2FubkoOdGhlIHJhY2sgbW92ZXMSDAil2Y+HBxCA',
  '66XDAoIBCnIKJDg1MjA3MzMyLWYzYTctNDM5My1hODFhLTg3NWUzZTVkZTMzYxIOCAESBHpvbmUaBMO8LioSCggCEgNqb2IaAXga',
  'BgiA6LaFByIMCKWq9YYHEIDrpcMCKgwIx/+m2AYQ0KXbsAJCA2JvYkoFbGF0ZXISDAil2Y+HBxCA66XDAg==',
].join('');

const ENDS = Date.parse('2030-01-02T03:04:05.678Z');
const DOWN = {
  matchers: [
    { name: 'alertname', operator: '=', value: 'Down' },
    { name: 'team', operator: '!~', value: 'a|b' },
  ],
  ...{ endsAt: ENDS, createdBy: 'ann', comment: 'the rack moves', annotations: {} },
};
const LATER = {
  matchers: [
    { name: 'zone', operator: '=~', value: 'ü.*' },
    { name: 'job', operator: '!=', value: 'x' },
  ],
  ...{ startsAt: Date.parse('2029-11-27T00:00:00Z'), endsAt: ENDS, createdBy: 'bob', comment: 'later' },
};

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

describe("Alertmanager's file of silences", () => {
  it('is read as 0.33 writes it', () => {
    const started = Date.parse('2026-11-27T17:37:08.485Z');
    expect(readSilencesFile(bytesOf(OF_0_33))).toEqual([
      { ...DOWN, id: 'd4ed2f40-7f87-44f8-a8c4-3d25ad2b1d94', startsAt: started, updatedAt: started },
      {
        ...LATER,
        ...{ id: 'c5d98f3a-b722-4615-934b-48d1c2ebe857', updatedAt: Date.parse('2026-11-27T17:37:08.495Z') },
        annotations: { ticket: '7' },
      },
    ]);
  });

  it('is read as 0.25 writes it', () => {
    const [down, later] = readSilencesFile(bytesOf(OF_0_25));
    expect(down).toMatchObject({ ...DOWN, id: '851f9e99-3ae4-4d65-ad7f-8e10cc742984' });
    expect(later).toMatchObject({ ...LATER, id: '85207332-f3a7-4393-a81a-875e3e5de33c', annotations: {} });
  });

  it('may have several sets of matchers, and an author in a list', () => {
    const text = (field: number, value: string) => [field * 8 + 2, value.length, ...Buffer.from(value)];
    const message = (field: number, ...content: number[]) => [field * 8 + 2, content.length, ...content];
    const matcher = (name: string) => message(1, ...text(2, name), ...text(3, 'x'));
    const silence = [
      ...text(1, 'id'),
      ...message(6, ...text(1, 'ann'), ...text(2, 'why')),
      ...message(11, ...matcher('a')),
      ...message(11, ...matcher('b')),
    ];
    const mesh = message(1, ...silence);
    const [first, second, ...others] = readSilencesFile(Uint8Array.from([mesh.length, ...mesh]));
    const both = { createdBy: 'ann', comment: 'why' };
    expect(first).toMatchObject({ ...both, id: 'id', matchers: [{ name: 'a', operator: '=', value: 'x' }] });
    expect(second).toMatchObject({ ...both, matchers: [{ name: 'b', operator: '=', value: 'x' }] });
    expect(second?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(readSilencesFile(Uint8Array.from([mesh.length, ...mesh]))[1]).toEqual(second);
    expect(others).toEqual([]);
  });

  it.each([
    ['cut off', bytesOf(OF_0_33).subarray(0, 100)],
    ['another', new TextEncoder().encode('[{"id": "x"}]')],
  ])('is refused when it is %s', (_, bytes) => {
    expect(() => readSilencesFile(bytes)).toThrow(expect.objectContaining({ kind: 'bad-request' }));
  });

  it('may be empty', () => {
    expect(readSilencesFile(new Uint8Array())).toEqual([]);
  });
});
