import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import { sameGroup } from '../same-group.ts';
import { Dependents } from './dependents.ts';
import type { ObjectWatch } from './object-watch.ts';
import type { ResourceName, Resources } from './resources.ts';
import type { AnyRole, AttachMetadata, ObjectTargets, Surroundings } from './role.ts';

interface RoleTargetsOptions {
  readonly role: AnyRole;
  readonly attach: AttachMetadata;
  readonly watches: readonly ObjectWatch[];
  /** Called when something may have changed, also the state of a watch. */
  readonly onChange: () => void;
}

/**
 * The target groups of one role. Watches the objects and remembers which groups may differ; they are made when they are
 * asked for, however often their objects changed before. A namespace counts as soon as all that belongs to it is known.
 */
export class RoleTargets {
  private readonly options: RoleTargetsOptions;
  private readonly dependents = new Dependents();
  private readonly groups = new Map<string, TargetGroup>();
  private readonly dirty = new Set<string>();
  private readonly endings: readonly (() => void)[];

  constructor(options: RoleTargetsOptions) {
    this.options = options;
    const { watches, onChange } = options;
    this.endings = watches.map((watch) => {
      this.changed(watch, watch.keys());
      return watch.subscribe((keys) => {
        this.changed(watch, keys);
        onChange();
      });
    });
  }

  close(): void {
    for (const end of this.endings) end();
  }

  /** What is wrong with the watches, each thing once; null when nothing is. */
  get error(): string | null {
    const errors = this.options.watches.map(({ error }) => error).filter((error) => error !== null);
    return errors.length === 0 ? null : [...new Set(errors)].join('\n');
  }

  /** Whether each watch either knows its objects or has said why not, and at least one namespace counts. */
  get complete(): boolean {
    const { watches, role } = this.options;
    const answered = watches.every(({ synced, error }) => synced || error !== null);
    return answered && watches.some((watch) => watch.spec.resource === role.resource && this.counts(watch));
  }

  /** Whether there is something to make. */
  get pending(): boolean {
    return this.readyKeys().next().done !== true;
  }

  /** Makes the groups that may differ and gives those that do. */
  collect(): TargetGroup[] {
    const changed: TargetGroup[] = [];
    for (const key of [...this.readyKeys()]) {
      this.dirty.delete(key);
      const group = this.makeGroup(key);
      const before = this.groups.get(key);
      if (before === undefined ? group.targets.length === 0 : sameGroup(before, group)) continue;
      if (group.targets.length === 0) this.groups.delete(key);
      else this.groups.set(key, group);
      changed.push(group);
    }
    return changed;
  }

  private changed({ spec }: ObjectWatch, keys: readonly string[]): void {
    const primary = spec.resource === this.options.role.resource;
    for (const key of keys) {
      if (primary) this.dirty.add(key);
      for (const dependent of this.dependents.of(`${spec.resource} ${key}`)) this.dirty.add(dependent);
    }
  }

  private *readyKeys(): Generator<string> {
    const ready = new Map<string, boolean>();
    for (const key of this.dirty) {
      const namespace = namespaceOf(key);
      if (!ready.has(namespace)) ready.set(namespace, this.isReady(namespace));
      if (ready.get(namespace)) yield key;
    }
  }

  private isReady(namespace: string): boolean {
    const watch = this.watchFor(this.options.role.resource, namespace);
    return watch !== undefined && this.counts(watch);
  }

  private counts({ spec }: ObjectWatch): boolean {
    return this.options.watches.every(
      (watch) => watch.synced || (watch.spec.namespace !== '' && watch.spec.namespace !== spec.namespace),
    );
  }

  private watchFor(resource: ResourceName, namespace: string): ObjectWatch | undefined {
    return this.options.watches.find(
      ({ spec }) => spec.resource === resource && (spec.namespace === '' || spec.namespace === namespace),
    );
  }

  private makeGroup(key: string): TargetGroup {
    const { role, attach } = this.options;
    const used = new Set<string>();
    const find = <K extends ResourceName>(resource: K, other: string): Resources[K] | undefined => {
      used.add(`${resource} ${other}`);
      return this.watchFor(resource, namespaceOf(other))?.object(other) as Resources[K] | undefined;
    };
    const object = this.watchFor(role.resource, namespaceOf(key))?.object(key);
    const made = object === undefined ? null : role.targets(object as never, { attach, find } satisfies Surroundings);
    this.dependents.set(key, used);
    return groupOf(`${role.source}/${key}`, made);
  }
}

function groupOf(source: string, made: ObjectTargets | null): TargetGroup {
  if (made === null || made.targets.length === 0) return { source, targets: [], labels: Labels.EMPTY };
  return { source, targets: made.targets, labels: Labels.fromEntries(made.labels) };
}

/** '' for an object that belongs to no namespace. */
function namespaceOf(key: string): string {
  const slash = key.indexOf('/');
  return slash === -1 ? '' : key.slice(0, slash);
}
