import { afterEach, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeTarget } from '#test/fake-target';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeWorld } from '#test/scrape-world';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

it('new relabeling applies at once to targets that stand because the discovery fails since the reload', async () => {
  const answer = JSON.stringify([{ targets: ['a:1', 'b:1'], labels: { zone: 'north' } }]);
  const server = await FakeTarget.start(({ url }, response) => {
    if (url === '/new') response.writeHead(500).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
  });
  const scraping = new ScrapeWorld();
  const discovery = new DiscoveryWorld({
    onGroups: (_, groups) => scraping.manager.applyGroups('test', groups),
  });
  open.push(server, discovery, scraping.manager);
  const url = `http://${server.address}`;
  const instances = () =>
    scraping.manager.targets().active.map(({ labels }) => `${labels['instance']} ${labels['zone']}`);

  scraping.manager.applyConfig([scrapeConfig('')]);
  discovery.apply(`http_sd_configs: [{url: "${url}/old"}]`);
  await discovery.until('two targets', () => scraping.manager.targets().active.length === 2);

  const rules =
    '[{source_labels: [__address__], regex: "b:.*", action: drop}, {target_label: zone, replacement: "$1", source_labels: [zone], regex: "(...).*"}]';
  scraping.manager.applyConfig([scrapeConfig(`relabel_configs: ${rules}`)]);
  discovery.apply(`http_sd_configs: [{url: "${url}/new"}]`);
  expect(instances()).toEqual(['a:1 nor']);
  await discovery.until('the new address fails', () => discovery.error !== null);
  await discovery.clock.advance(100_000);
  expect(instances()).toEqual(['a:1 nor']);
});
