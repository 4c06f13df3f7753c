import { expect, it } from 'vitest';
import { createMatcher } from '#model/matcher';
import type { PostingsIndex } from './postings.ts';
import { RememberedPostings } from './remembered-postings.ts';

function countingIndex() {
  const asked: string[] = [];
  const index: PostingsIndex = {
    all: () => Uint32Array.of(1, 2, 3),
    postings: (name, value) => {
      asked.push(`${name}=${value}`);
      return value === 'api' ? Uint32Array.of(1, 3) : new Uint32Array(0);
    },
    postingsWhere: () => new Uint32Array(0),
  };
  return { asked, index };
}

const job = (value: string) => [createMatcher({ name: 'job', operator: '=', value })];

it('asks the index once for each selection', () => {
  const { asked, index } = countingIndex();
  const postings = new RememberedPostings(index);
  expect([...postings.matching(job('api'))]).toEqual([1, 3]);
  expect([...postings.matching(job('api'))]).toEqual([1, 3]);
  expect([...postings.matching(job('web'))]).toEqual([]);
  expect([...postings.matching(job('web'))]).toEqual([]);
  expect(asked).toEqual(['job=api', 'job=web']);
});

it('keeps apart selections whose texts run together', () => {
  const { index } = countingIndex();
  const postings = new RememberedPostings(index);
  const two = [...job('api'), createMatcher({ name: 'pod', operator: '=', value: 'a' })];
  const one = [createMatcher({ name: 'job', operator: '=', value: 'api3 pod=1 a' })];
  expect([...postings.matching(two)]).toEqual([]);
  expect([...postings.matching(one)]).toEqual([]);
  expect([...postings.matching(job('api'))]).toEqual([1, 3]);
});

it('forgets what it cannot hold', () => {
  const { asked, index } = countingIndex();
  const postings = new RememberedPostings(index);
  for (let i = 0; i <= 1 << 16; i++) postings.matching(job(`gone-${i}`));
  postings.matching(job('gone-0'));
  expect(asked.filter((text) => text === 'job=gone-0')).toHaveLength(2);
});
