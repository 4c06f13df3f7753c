import { errorMessage } from '#lib/errors';
import { formatProblem } from '#lib/schema-decode';
import { matchingFiles } from '#lib/text-files';
import { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import { type FileSdConfig, parseTargetGroups } from '../config.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { staticGroup } from './static.ts';

/** Editors and atomic renames make several events of one change. */
const SETTLE = 100;

/**
 * Targets in JSON or YAML files. Files are read when their directory changes and every `refresh_interval`; a directory that
 * is not there yet is waited for in the one above it. A file that is wrong or cannot be read keeps its last good groups while it
 * exists and is reported with file, line and column; a file that is gone takes its groups along.
 */
export function fileDiscoverer(config: FileSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return {
    async *run(signal) {
      const known = new KnownFiles(config, parts);
      const changes = new Changes(config, parts, signal);
      try {
        yield await known.refresh(report);
        while (await changes.next()) {
          const groups = await known.refresh(report);
          if (groups.length > 0) yield groups;
        }
      } finally {
        changes.close();
        known.forget();
      }
    },
  };
}

interface KnownFile {
  readonly text: string;
  readonly groups: readonly TargetGroup[];
}

/** The files as they were last read. */
class KnownFiles {
  private readonly config: FileSdConfig;
  private readonly parts: MechanismParts;
  private files = new Map<string, KnownFile>();

  constructor(config: FileSdConfig, parts: MechanismParts) {
    this.config = config;
    this.parts = parts;
  }

  /** Reads all files again and gives the groups that changed. */
  async refresh(report: DiscoveryReport): Promise<TargetGroup[]> {
    const { clock, metrics } = this.parts;
    const started = clock.monotonic();
    const paths = await this.paths();
    const before = this.files;
    const errors: string[] = [];
    this.files = new Map();
    for (const path of paths) {
      const file = await this.readFile(path, before.get(path), errors);
      if (file) this.files.set(path, file);
    }
    metrics.fileErrors.inc(errors.length);
    metrics.fileTimes(this, await this.times());
    metrics.filesScanned((clock.monotonic() - started) / 1000);
    report(errors.length > 0 ? errors.join('\n') : null);
    return changedGroups(before, this.files);
  }

  /** The end: their times are told no more. */
  forget(): void {
    this.parts.metrics.fileTimes(this, null);
  }

  private async times(): Promise<ReadonlyMap<string, Millis>> {
    const times = new Map<string, Millis>();
    for (const path of this.files.keys()) {
      const time = (await this.parts.files.modified?.(path)) ?? null;
      if (time !== null) times.set(path, time);
    }
    return times;
  }

  private async paths(): Promise<string[]> {
    const found = await Promise.all(this.config.files.map((pattern) => matchingFiles(pattern, this.parts.files)));
    return [...new Set(found.flat())];
  }

  private async readFile(
    path: string,
    before: KnownFile | undefined,
    errors: string[],
  ): Promise<KnownFile | undefined> {
    try {
      const text = await this.parts.files.read(path);
      if (before?.text === text) return before;
      const { value, problems } = parseTargetGroups(text, path);
      if (value !== undefined && problems.length === 0) {
        return { text, groups: value.map((group, i) => staticGroup(group, `${path}:${i}`, { __meta_filepath: path })) };
      }
      errors.push(...problems.map(formatProblem));
    } catch (error) {
      errors.push(`${path}: ${errorMessage(error)}`);
    }
    return before;
  }
}

function changedGroups(before: ReadonlyMap<string, KnownFile>, now: ReadonlyMap<string, KnownFile>): TargetGroup[] {
  const changed = [...now].flatMap(([path, { groups }]) => (before.get(path)?.groups === groups ? [] : groups));
  const current = new Set([...now.values()].flatMap(({ groups }) => groups.map(({ source }) => source)));
  for (const { groups } of before.values()) {
    for (const { source } of groups)
      if (!current.has(source)) changed.push({ source, targets: [], labels: Labels.EMPTY });
  }
  return changed;
}

/** Waits for the next moment at which files should be read. */
class Changes {
  private readonly directories: ReadonlySet<string>;
  private readonly config: FileSdConfig;
  private readonly parts: MechanismParts;
  private readonly signal: AbortSignal;
  private endings: readonly (() => void)[] = [];
  private changed = false;
  private wake: (() => void) | null = null;

  constructor(config: FileSdConfig, parts: MechanismParts, signal: AbortSignal) {
    this.config = config;
    this.parts = parts;
    this.signal = signal;
    this.directories = new Set(config.files.map(above));
    this.watch(() => parts.metrics.fileWatchErrors.inc());
    signal.addEventListener('abort', () => this.wake?.(), { once: true });
  }

  /** True: read now. False: the discovery ends. */
  async next(): Promise<boolean> {
    const { clock } = this.parts;
    if (!this.changed) await this.woken(this.config.refreshInterval);
    if (this.signal.aborted) return false;
    if (this.changed) {
      await clock.sleep(SETTLE, this.signal).catch(() => {});
      this.changed = false;
      this.watch();
    } else {
      this.watch(() => this.parts.metrics.fileWatchErrors.inc());
    }
    return !this.signal.aborted;
  }

  close(): void {
    for (const end of this.endings) end();
  }

  /** Anew, for a directory that was removed and made again is another one. No change falls between two watches. */
  private watch(onError = () => {}): void {
    const before = this.endings;
    this.endings = [...this.directories].map((directory) => this.watched(directory, onError));
    for (const end of before) end();
  }

  private watched(directory: string, onError: () => void): () => void {
    let isMissing = false;
    const onChange = () => {
      this.changed = true;
      this.wake?.();
    };
    const end = this.parts.watch(directory, onChange, () => {
      isMissing = true;
      onError();
    });
    return isMissing ? this.parts.watch(above(directory), onChange, () => {}) : end;
  }

  private woken(wait: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) return resolve();
      const cancel = this.parts.clock.after(wait, () => this.wake?.());
      this.wake = () => {
        this.wake = null;
        cancel();
        resolve();
      };
    });
  }
}

function above(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
