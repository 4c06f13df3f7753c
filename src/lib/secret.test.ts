import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it('shows itself in no way of printing', () => {
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }),
    ];
    expect(shown.join(' ')).not.toContain('hunter2');
    expect(JSON.stringify(secret)).toBe('"<secret>"');
    expect(Object.keys(secret)).toEqual([]);
    expect(structuredClone({ ...secret })).toEqual({});
  });

  it('is revealed on demand only', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it('knows whether it is empty and whether two are the same', () => {
    expect(new Secret('').isEmpty).toBe(true);
    expect(secret.isEmpty).toBe(false);
    expect(secret.equals(new Secret('hunter2'))).toBe(true);
    expect(secret.equals(new Secret('hunter3'))).toBe(false);
  });
});
