import { describe, expect, it } from 'vitest';
import { PasswordCheck } from './password-check.ts';

const HASH = `$2y$12$${'a'.repeat(53)}`;
const USERS = new Map([
  ['ann', HASH],
  ['bob', `$2y$05$${'b'.repeat(53)}`],
]);

/** Comparisons that are answered by hand. */
function slowly() {
  const compared: { password: string; hash: string; answer: (isRight: boolean) => void; fail: () => void }[] = [];
  const compare = (password: string, hash: string) =>
    new Promise<boolean>((answer, reject) => {
      compared.push({ password, hash, answer, fail: () => reject(new Error('dead')) });
    });
  return { compared, compare };
}

describe('a password', () => {
  it('is compared once when it was right, and again when it was wrong', async () => {
    const { compared, compare } = slowly();
    const check = new PasswordCheck({ compare });
    const [first, meanwhile] = [check.check(USERS, 'ann', 'x'), check.check(USERS, 'ann', 'x')];
    expect(compared).toMatchObject([{ password: 'x', hash: HASH }]);
    compared[0]!.answer(true);
    expect([await first, await meanwhile, check.check(USERS, 'ann', 'x')]).toEqual(['right', 'right', 'right']);
    const wrong = check.check(USERS, 'ann', 'y');
    compared[1]!.answer(false);
    expect(await wrong).toBe('wrong');
    void check.check(USERS, 'ann', 'y');
    expect(compared).toHaveLength(3);
  });

  it('is compared again when its hash is another one, or its user is gone', async () => {
    const { compared, compare } = slowly();
    const check = new PasswordCheck({ compare });
    const first = check.check(USERS, 'ann', 'x');
    compared[0]!.answer(true);
    await first;
    void check.check(new Map([['ann', HASH.replace('12', '11')]]), 'ann', 'x');
    void check.check(new Map([['bob', HASH]]), 'ann', 'x');
    expect(compared).toHaveLength(3);
  });

  it('of an unknown user costs as much as the slowest, and is never right', async () => {
    const { compared, compare } = slowly();
    const check = new PasswordCheck({ compare });
    const asked = check.check(USERS, 'eve', 'x');
    expect(compared[0]!.hash).toBe(`$2b$12$${'.'.repeat(53)}`);
    compared[0]!.answer(true);
    expect(await asked).toBe('wrong');
    expect(check.check(USERS, 'eve', 'x')).toBeInstanceOf(Promise);
  });

  it('is not compared while too many wait, or when nobody can', async () => {
    const { compared, compare } = slowly();
    const check = new PasswordCheck({ compare, mostWaiting: 2 });
    const first = check.check(USERS, 'ann', '1');
    void check.check(USERS, 'ann', '2');
    expect(check.check(USERS, 'ann', '3')).toBe('busy');
    compared[0]!.fail();
    expect(await first).toBe('busy');
    expect(check.check(USERS, 'ann', '3')).toBeInstanceOf(Promise);
  });
});
