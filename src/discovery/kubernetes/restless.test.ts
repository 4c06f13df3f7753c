import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeKubernetes, fail } from '#test/fake-kubernetes';

const PODS = '/api/v1/pods';
const NAMES = ['a', 'b', 'c', 'd'];
const RUNS = 25;

/** One thing that happens to a cluster. */
type Happening = (api: FakeKubernetes) => void;

function put(name: string, ip: number): Happening {
  const spec = { containers: [{ name: 'app' }] };
  const status = ip === 0 ? {} : { podIP: `10.0.0.${ip}` };
  return (api) => api.put(PODS, { metadata: { name, namespace: 'shop' }, spec, status });
}

function remove(name: string): Happening {
  return (api) => {
    if (api.at(PODS).some(({ metadata }) => metadata.name === name)) api.remove(PODS, 'shop', name);
  };
}

const TROUBLES: readonly Happening[] = [
  (api) => api.endWatches(),
  (api) => api.endWatches(true),
  (api) => api.compact(),
  (api) => api.bookmark(),
  (api) => api.sendRaw('rubbish\n'),
  (api) => api.sendRaw('{"type":"ERROR","object":{"code":410}}\n'),
  (api) => void api.instead.push((_, response) => fail(response, 500, 'no')),
  (api) => void api.instead.push((_, response) => response.destroy()),
];

const happening = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...NAMES), fc.nat(9)).map(([name, ip]) => put(name, ip)) },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES).map(remove) },
  { weight: 3, arbitrary: fc.constantFrom(...TROUBLES) },
);

function expected(api: FakeKubernetes): string[] {
  const pods = api.at(PODS).map(({ metadata, status }) => `${metadata.name} ${(status as { podIP?: string }).podIP}`);
  return pods.filter((pod) => !pod.endsWith('undefined')).sort();
}

function found({ groups }: DiscoveryWorld): string[] {
  return [...groups].map(([source, { targets }]) => `${source.slice(-1)} ${targets[0]!.get('__address__')}`).sort();
}

describe('a restless cluster', () => {
  it('is known as it is in the end, whatever happened and failed before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(happening, { maxLength: 5 }), { maxLength: 6 }), async (rounds) => {
        const api = await FakeKubernetes.start();
        const world = new DiscoveryWorld();
        try {
          world.apply(`kubernetes_sd_configs: [{role: pod, api_server: "${api.url}"}]`);
          for (const round of rounds) {
            for (const happen of round) happen(api);
            await world.clock.advance(100);
          }
          const same = () => found(world).join() === expected(api).join();
          await world.until('it is known', () => same() && world.error === null && api.watching === 1);
          expect(found(world)).toEqual(expected(api));
        } finally {
          world.stop();
          await api.stop();
        }
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});
