import { describe, expect, it } from 'vitest';
import { ObjectStore } from './object-store.ts';
import type { Pod } from './objects.ts';
import { RESOURCES } from './resources.ts';
import { eventHead } from './watch-events.ts';

/** A store of pods, with what it says to be wrong. */
class World {
  readonly faults: string[] = [];
  readonly store = new ObjectStore({
    ...{ resource: 'pods', what: 'watch pods', onFault: (error) => void this.faults.push((error as Error).message) },
  });

  /** An event of a pod, its address cut into the JSON as it is. */
  take(name: string, version: number, address: string): void {
    const metadata = `{"name":"${name}","namespace":"shop","resourceVersion":"${version}"}`;
    const object = `{"kind":"Pod","apiVersion":"v1","metadata":${metadata},"status":{"podIP":${address}}}`;
    const line = Buffer.from(`{"type":"MODIFIED","object":${object}}`);
    this.store.take(line, eventHead(line)!);
  }

  address(name: string): string | undefined {
    return (this.store.get(`shop/${name}`) as Pod | undefined)?.ip;
  }
}

function listed(name: string, version: number): [string, Pod] {
  const json = { metadata: { name, namespace: 'shop', resourceVersion: String(version) } };
  return [`shop/${name}`, RESOURCES.pods.read(json)];
}

describe('the objects of a watch', () => {
  it('are those of their last events', () => {
    const world = new World();
    // Of what is replaced before it is read nobody learns whether it could be.
    world.take('a', 1, 'rubbish');
    world.take('a', 2, '"10.0.0.2"');
    world.take('b', 3, '"10.0.0.3"');
    world.store.delete('shop/b');
    expect(world.store.keys()).toEqual(['shop/a']);
    expect([world.address('a'), world.address('b')]).toEqual(['10.0.0.2', undefined]);
    expect(world.store.get('shop/a')).toBe(world.store.get('shop/a'));
    expect(world.faults).toEqual([]);
  });

  it('stand as they were when an event cannot be read', () => {
    const world = new World();
    world.take('a', 1, '"10.0.0.1"');
    expect(world.address('a')).toBe('10.0.0.1');
    world.take('a', 2, 'rubbish');
    world.take('a', 3, 'rubbish');
    world.take('b', 4, 'rubbish');
    expect([world.address('a'), world.address('b')]).toEqual(['10.0.0.1', undefined]);
    expect(world.faults).toEqual(['watch pods: the answer is not JSON', 'watch pods: the answer is not JSON']);
    expect(world.store.keys()).toEqual(['shop/a']);
  });

  it('are read before a megabyte of them waits', () => {
    const world = new World();
    const long = `"${'x'.repeat(300_000)}"`;
    for (const name of ['a', 'b', 'c']) world.take(name, 1, long);
    world.take('broken', 1, 'rubbish');
    expect(world.faults).toEqual([]);
    world.take('d', 1, long);
    expect(world.faults).toHaveLength(1);
  });

  it('differ from a list by their versions, and stay the same objects where they do not', () => {
    const world = new World();
    for (const name of ['same', 'older', 'gone', 'unread']) world.take(name, 1, '"10.0.0.1"');
    const same = world.store.get('shop/same');
    world.address('older');
    const found = new Map([listed('same', 1), listed('older', 2), listed('unread', 1), listed('new', 5)]);
    expect(world.store.replaceAll(found)).toEqual({
      added: ['shop/new'],
      changed: ['shop/older', 'shop/unread'],
      gone: ['shop/gone'],
    });
    expect(world.store.get('shop/same')).toBe(same);
    expect(world.store.keys()).toEqual(['shop/same', 'shop/older', 'shop/unread', 'shop/new']);
  });
});
