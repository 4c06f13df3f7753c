import { expect, it } from 'vitest';
import type { StoredSilence } from '#meta/silences';
import { silenceSize } from './silence-size.ts';

const HOUR = 3_600_000;
const SILENCE: StoredSilence = {
  id: '9c1f6d9e-0a56-4e2c-9d8e-6f1f0b2b6c11',
  matchers: [{ name: 'a', operator: '=', value: 'b' }],
  startsAt: Date.parse('2027-01-01T00:00:00Z'),
  endsAt: Date.parse('2027-01-01T10:00:00.5Z'),
  updatedAt: Date.parse('2026-11-27T13:14:01.900Z'),
  createdBy: 'me',
  comment: 'why',
  annotations: {},
};
const LONG = 'x'.repeat(300);

// What Alertmanager 0.33.1 says of the same silences under --silences.max-silence-size-bytes=1.
it.each<[string, Partial<StoredSilence>, number]>([
  ['one matcher', {}, 109],
  [
    'each operator, long texts and none',
    {
      matchers: [
        { name: 'a', operator: '=~', value: 'b' },
        { name: 'ü', operator: '!~', value: LONG },
        { name: 'ü', operator: '!=', value: '' },
      ],
      ...{ createdBy: '', comment: LONG },
    },
    727,
  ],
  [
    'annotations',
    {
      matchers: [{ name: 'a', operator: '=~', value: 'b' }],
      ...{ createdBy: '', comment: '', annotations: { x: '', y: 'zz' } },
    },
    118,
  ],
])('a silence with %s has as many bytes as Alertmanager counts', (_, changes, bytes) => {
  expect(silenceSize({ ...SILENCE, ...changes }, 120 * HOUR)).toBe(bytes);
});
