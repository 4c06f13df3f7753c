import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { GatheredAnswers } from './gathered-answers.ts';
import type { WholeAnswer } from './whole-exchange.ts';

/** Answers arrive in a place that is used again; what is heard of them is written down. */
function world(requests: number, readingTakes = 0) {
  const clock = new FakeClock();
  const gathered = new GatheredAnswers(clock);
  const place = Buffer.alloc(1 << 20);
  const heard: string[] = [];
  for (let i = 0; i < requests; i++) gathered.expect();
  const hear = ({ status, body, heldBack }: WholeAnswer) => {
    clock.jump(readingTakes);
    heard.push(`${status} ${Buffer.from(body).toString().slice(0, 8)} after ${heldBack}`);
  };
  const arrive = (text: string) => {
    place.fill('#');
    place.write(text);
    gathered.take({ status: 200, headers: new Map(), body: place.subarray(0, text.length), heldBack: 0 }, hear);
  };
  return { clock, gathered, heard, arrive };
}

describe('answers that are gathered', () => {
  it('come at once when no other one is under way', () => {
    const { clock, heard, arrive } = world(1);
    arrive('a');
    expect([heard, clock.pending]).toEqual([['200 a after 0'], 0]);
  });

  it('come together with the last one', async () => {
    const { clock, heard, arrive } = world(3);
    arrive('a');
    await clock.advance(3);
    arrive('b');
    await clock.advance(4);
    expect(heard).toEqual([]);
    arrive('c');
    expect([heard, clock.pending]).toEqual([['200 a after 7', '200 b after 4', '200 c after 0'], 0]);
  });

  it('have a body of which a slice is a copy, which later answers leave alone', () => {
    const { gathered } = world(0);
    const copies: Uint8Array[] = [];
    const together = (...texts: readonly string[]) => {
      for (const _ of texts) gathered.expect();
      for (const text of texts) {
        const answer = { status: 200, headers: new Map(), body: new TextEncoder().encode(text), heldBack: 0 };
        gathered.take(answer, ({ body }) => copies.push(body.slice()));
      }
    };
    together('one', 'two');
    together('six', 'ten');
    expect(copies.map((copy) => new TextDecoder().decode(copy))).toEqual(['one', 'two', 'six', 'ten']);
  });

  it('come when the last other request has failed', () => {
    const { gathered, heard, arrive } = world(2);
    arrive('a');
    gathered.miss();
    expect(heard).toEqual(['200 a after 0']);
  });

  it('do not wait for one that takes long', async () => {
    const { clock, heard, arrive } = world(4);
    arrive('a');
    await clock.advance(15);
    arrive('b');
    await clock.advance(5);
    expect(heard).toEqual(['200 a after 20', '200 b after 5']);
    arrive('c');
    await clock.advance(20);
    expect(heard).toHaveLength(3);
    arrive('d');
    expect(heard).toHaveLength(4);
  });

  it('come at once when they are long', () => {
    const { heard, arrive } = world(3);
    arrive('a');
    arrive('b'.repeat((64 << 10) + 1));
    expect(heard).toEqual(['200 bbbbbbbb after 0']);
    arrive('c');
    expect(heard).toEqual(['200 bbbbbbbb after 0', '200 a after 0', '200 c after 0']);
  });

  it('that take long to read leave turns to others in between', async () => {
    const { clock, heard, arrive } = world(5, 6);
    for (const text of ['a', 'b', 'c', 'd', 'e']) arrive(text);
    expect(heard).toEqual(['200 a after 0', '200 b after 6']);
    await clock.advance(100);
    expect(heard.slice(2)).toEqual(['200 c after 12', '200 d after 18', '200 e after 24']);
    expect(clock.pending).toBe(0);
  });

  it('that find no room behind those that wait for their turn are given at once', async () => {
    const { clock, heard, arrive } = world(20, 12);
    for (let i = 0; i < 16; i++) arrive(`${i} `.padEnd(64 << 10, '.'));
    expect(heard).toEqual([]);
    arrive('next');
    expect(heard).toEqual(['200 0 ...... after 0', '200 next after 0']);
    await clock.advance(500);
    expect([heard.length, clock.pending]).toEqual([17, 0]);
  });

  it('are given before there is no room for more', () => {
    const { heard, arrive } = world(20);
    for (let i = 0; i < 16; i++) arrive(`${i} `.padEnd(64 << 10, '.'));
    expect(heard).toEqual([]);
    arrive('next');
    expect(heard).toHaveLength(16);
    expect(heard[15]).toBe('200 15 ..... after 0');
  });
});
