import { describe, expect, it } from 'vitest';
import { type AdvertiseOptions, advertiseAddress, hostAndPort } from './address.ts';

const DEFAULTS: AdvertiseOptions = {
  listen: { host: '0.0.0.0', port: 9094 },
  advertise: null,
  allowPublic: false,
  own: ['203.0.113.7', '10.1.2.3', '192.168.0.1'],
};
const address = (options: Partial<AdvertiseOptions> = {}) => advertiseAddress({ ...DEFAULTS, ...options });

describe('the address that peers are told', () => {
  it('is the one that was given, otherwise the one that is listened on, otherwise a private one', () => {
    expect(address({ advertise: { host: 'me', port: 1 } })).toBe('me:1');
    expect(address({ listen: { host: '127.0.0.1', port: 2 } })).toBe('127.0.0.1:2');
    expect(address({ listen: { host: 'fd00::1', port: 2 } })).toBe('[fd00::1]:2');
    expect(address()).toBe('10.1.2.3:9094');
    expect(address({ listen: { host: '', port: 3 }, own: ['172.15.0.1', '172.16.0.1'] })).toBe('172.16.0.1:3');
    expect(address({ own: ['100.128.0.1', '100.64.0.1'] })).toBe('100.64.0.1:9094');
  });

  it('is a public one only when that is allowed', () => {
    const publicOnly = { own: ['203.0.113.7'] };
    expect(address({ ...publicOnly, allowPublic: true })).toBe('203.0.113.7:9094');
    expect(() => address(publicOnly)).toThrow('this machine has no private address that peers could be told');
    expect(() => address({ own: [], allowPublic: true })).toThrow('no private address');
  });

  it('is written as in a URL', () => {
    expect(hostAndPort({ host: '::1', port: 5 })).toBe('[::1]:5');
  });
});
