import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { addressData, FakeDns, mxData, nameData, srvData } from '#test/fake-dns';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

async function setUp(resolvConf = ''): Promise<{ readonly dns: FakeDns; readonly found: DiscoveryWorld }> {
  const dns = await FakeDns.start();
  const found = new DiscoveryWorld({ nameServers: [dns.address] });
  found.files.set('/etc/resolv.conf', resolvConf);
  open.push(dns, found);
  return { dns, found };
}

const SERVFAIL = 2;

describe('targets in DNS', () => {
  it('are hosts and ports of SRV records', async () => {
    const { dns, found } = await setUp();
    dns.zone.set('_web.x.test SRV', [srvData('a.x.test', 81), srvData('b.x.test', 82)]);
    found.apply('dns_sd_configs: [{names: [_web.x.test]}]');
    await found.untilGroups('_web.x.test');
    expect(found.labels('_web.x.test')).toEqual([
      {
        __address__: 'a.x.test:81',
        __meta_dns_name: '_web.x.test',
        __meta_dns_srv_record_target: 'a.x.test.',
        __meta_dns_srv_record_port: '81',
      },
      {
        __address__: 'b.x.test:82',
        __meta_dns_name: '_web.x.test',
        __meta_dns_srv_record_target: 'b.x.test.',
        __meta_dns_srv_record_port: '82',
      },
    ]);
  });

  it('are addresses, mail servers and name servers with the configured port', async () => {
    const { dns, found } = await setUp();
    dns.zone.set('x.test A', [addressData('10.0.0.1')]);
    dns.zone.set('x.test AAAA', [Buffer.from('fd000000000000000000000000000001', 'hex')]);
    dns.zone.set('x.test MX', [mxData('mail.x.test')]);
    dns.zone.set('x.test NS', [nameData('ns.x.test')]);
    for (const [type, labels] of [
      ['a', { __address__: '10.0.0.1:9' }],
      ['AAAA', { __address__: '[fd00::1]:9' }],
      ['MX', { __address__: 'mail.x.test:9', __meta_dns_mx_record_target: 'mail.x.test.' }],
      ['NS', { __address__: 'ns.x.test:9', __meta_dns_ns_record_target: 'ns.x.test.' }],
    ] as const) {
      found.apply(`dns_sd_configs: [{names: [x.test], type: ${type}, port: 9}]`);
      await found.until(type, () => found.addresses()[0] === labels.__address__);
      expect(found.labels('x.test')).toEqual([{ __meta_dns_name: 'x.test', ...labels }]);
    }
  });

  it('are looked for in the search domains, as the machine does', async () => {
    const { dns, found } = await setUp('search shop.svc.test. svc.test # all\noptions timeout:1 ndots:2\n');
    dns.zone.set('web.shop.svc.test A', []);
    dns.zone.set('db.bank.svc.test A', [addressData('10.0.0.2')]);
    found.apply('dns_sd_configs: [{names: [db.bank, web, whole.], type: A, port: 9}]');
    await found.untilGroups('db.bank');
    expect(found.addresses()).toEqual(['10.0.0.2:9']);
    expect(dns.questions.filter((question) => question.startsWith('db'))).toEqual([
      'db.bank.shop.svc.test A',
      'db.bank.svc.test A',
    ]);
    // A name without records ends the search as one with records does.
    expect(dns.questions.filter((question) => /^w/.test(question)).sort()).toEqual(['web.shop.svc.test A', 'whole A']);
  });

  it('stand while the name server fails, and go when it says that the name is gone', async () => {
    const { dns, found } = await setUp();
    dns.zone.set('x.test A', [addressData('10.0.0.1')]);
    dns.zone.set('y.test A', [addressData('10.0.0.2')]);
    found.apply('dns_sd_configs: [{names: [x.test, y.test], type: A, port: 9}]');
    await found.untilGroups('x.test', 'y.test');
    dns.zone.set('x.test A', SERVFAIL);
    dns.zone.set('y.test A', [addressData('10.0.0.3')]);
    await found.until('y has moved', () => found.addresses().includes('10.0.0.3:9'));
    expect(found.addresses()).toEqual(['10.0.0.1:9', '10.0.0.3:9']);
    expect(found.error).toBe('could not resolve "x.test": x.test: the name server fails');
    expect(found.metric('prometheus_sd_dns_lookup_failures_total')).toBeGreaterThanOrEqual(1);
    expect(found.metric('prometheus_sd_refresh_failures_total', 'dns', 'job')).toBeGreaterThanOrEqual(1);
    dns.zone.delete('x.test A');
    await found.untilGroups('y.test');
    expect(found.error).toBeNull();
  });
});
