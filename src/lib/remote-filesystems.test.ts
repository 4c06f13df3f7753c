import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import type { FilesystemSizes } from './host-files.ts';
import { RemoteFilesystems } from './remote-filesystems.ts';

const sizes = (size: number): FilesystemSizes => ({ size, free: 0, available: 0, files: 0, filesFree: 0 });

/** Filesystems that answer with their turn, until one is made to hang. */
class World {
  readonly clock = new FakeClock();
  readonly asked: string[] = [];
  hanging: string | null = null;
  letGo: () => void = () => {};
  readonly remote = new RemoteFilesystems(this.clock, async (point) => {
    this.asked.push(point);
    if (point === '/broken') throw new Error('EIO');
    if (point === this.hanging) {
      await new Promise<void>((resolve) => {
        this.letGo = resolve;
      });
    }
    return sizes(this.asked.length);
  });

  async ask(...points: readonly string[]): Promise<(number | null)[]> {
    const done = this.remote.ask(points);
    await this.clock.advance(1_000);
    await done;
    return points.map((point) => this.remote.sizes(point)?.size ?? null);
  }
}

describe('filesystems that others serve', () => {
  it('are asked anew each time, those that fail have no sizes', async () => {
    const world = new World();
    expect(await world.ask('/a', '/broken', '/b')).toEqual([1, null, 3]);
    expect(await world.ask('/a', '/b')).toEqual([4, 5]);
    expect(world.clock.pending).toBe(0);
  });

  it('are waited for together when two ask at a time', async () => {
    const world = new World();
    const first = world.remote.ask(['/a']);
    expect(await world.ask('/a')).toEqual([1]);
    await first;
    expect(world.asked).toEqual(['/a']);
  });

  it('hold nobody up when one hangs: nothing is asked and nothing old is told until it answers', async () => {
    const world = new World();
    await world.ask('/a', '/b');
    world.hanging = '/b';
    expect(await world.ask('/a', '/b', '/c')).toEqual([3, null, null]);
    await world.remote.ask(['/a', '/b', '/c']);
    expect(['/a', '/b', '/c'].map((point) => world.remote.sizes(point))).toEqual([null, null, null]);
    expect(world.asked).toEqual(['/a', '/b', '/a', '/b']);
    world.hanging = null;
    world.letGo();
    await world.clock.advance(0);
    expect(await world.ask('/a', '/b')).toEqual([6, 7]);
  });
});
