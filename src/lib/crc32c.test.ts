import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

describe('CRC-32C', () => {
  it('has the values of RFC 3720, B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });

  it('goes on from an earlier one, and takes parts', () => {
    const bytes = new TextEncoder().encode('123456789');
    const crc = crc32c(bytes, { to: 4 });
    expect(crc32c(bytes, { crc, from: 4 })).toBe(0xe3069283);
  });
});
