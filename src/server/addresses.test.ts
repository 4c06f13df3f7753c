import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { externalUrl, isOwnAlertsUrl } from './addresses.ts';

const everywhere = { listen: [{ host: '0.0.0.0', port: 9090 }], externalUrl: null, prefix: '' };
const loopback = { ...everywhere, listen: [{ host: '127.0.0.1', port: 0 }] };

describe('the URL of an Alertmanager', () => {
  it('leads back here by every name of this machine', () => {
    const names = ['localhost', '127.0.0.1', hostname()];
    expect(names.filter((name) => isOwnAlertsUrl(everywhere, [9090], `http://${name}:9090/api/v2/alerts`))).toEqual(
      names,
    );
  });

  it('leads elsewhere with another host, port or path', () => {
    const others = ['http://192.0.2.1:9090', 'http://localhost:9093', 'http://localhost', 'http://localhost:9090/am'];
    expect(others.filter((url) => isOwnAlertsUrl(everywhere, [9090], `${url}/api/v2/alerts`))).toEqual([]);
  });

  it('counts the port that is listened on, the default one of the scheme, and the prefix', () => {
    expect(isOwnAlertsUrl(loopback, [35123], 'http://localhost:35123/api/v2/alerts')).toBe(true);
    expect(isOwnAlertsUrl(loopback, [35123], `http://${hostname()}:35123/api/v2/alerts`)).toBe(false);
    expect(isOwnAlertsUrl(everywhere, [443], 'https://localhost/api/v2/alerts')).toBe(true);
    expect(isOwnAlertsUrl({ ...everywhere, prefix: '/am' }, [9090], 'http://localhost:9090/am/api/v2/alerts')).toBe(
      true,
    );
  });
});

describe('the URL that people are told', () => {
  it('begins as they must ask, unless it was configured', () => {
    expect(externalUrl(loopback, 9090)).toBe('http://127.0.0.1:9090');
    expect(externalUrl(loopback, 9090, { isSecure: true })).toBe('https://127.0.0.1:9090');
    const configured = { ...loopback, externalUrl: 'http://mon.example' };
    expect(externalUrl(configured, 9090, { isSecure: true })).toBe('http://mon.example');
  });
});
