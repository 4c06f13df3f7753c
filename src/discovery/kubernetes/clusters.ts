import { sameConfig } from '#lib/same-config';
import { type ApiConfig, type ApiParts, KubernetesApi } from './api.ts';
import { ObjectWatch, type WatchSpec } from './object-watch.ts';

/** Something shared that its user must give back. */
export interface Lent<T> {
  readonly value: T;
  release(): void;
}

/** The part of a cluster that discoveries use. */
export interface Cluster {
  ownNamespace(): Promise<string>;
  /** Watches objects; one watch serves all who ask for the same. */
  watch(spec: WatchSpec): Lent<ObjectWatch>;
}

/** The clusters that are watched: discoveries with the same access share their connections and watches. */
export class KubernetesClusters {
  private readonly parts: ApiParts;
  private readonly open: OpenCluster[] = [];

  constructor(parts: ApiParts) {
    this.parts = parts;
  }

  /** Nothing is connected before something is watched. */
  cluster({ apiServer, kubeconfigFile, httpClientConfig }: ApiConfig): Lent<Cluster> {
    const config = { apiServer, kubeconfigFile, httpClientConfig };
    let cluster = this.open.find((each) => sameConfig(each.config, config));
    if (cluster === undefined) {
      cluster = new OpenCluster(config, this.parts);
      this.open.push(cluster);
    }
    return cluster.lend(() => void this.open.splice(this.open.indexOf(cluster), 1));
  }
}

interface OpenWatch {
  readonly watch: ObjectWatch;
  users: number;
}

class OpenCluster implements Cluster {
  readonly config: ApiConfig;
  private readonly api: KubernetesApi;
  private readonly parts: ApiParts;
  private readonly watches = new Map<string, OpenWatch>();
  private users = 0;

  constructor(config: ApiConfig, parts: ApiParts) {
    this.config = config;
    this.parts = parts;
    this.api = new KubernetesApi(config, parts);
  }

  lend(onLast: () => void): Lent<Cluster> {
    this.users++;
    return {
      value: this,
      release: () => {
        if (--this.users > 0) return;
        onLast();
        void this.api.close();
      },
    };
  }

  ownNamespace(): Promise<string> {
    return this.api.ownNamespace();
  }

  watch(spec: WatchSpec): Lent<ObjectWatch> {
    const key = JSON.stringify(spec);
    let entry = this.watches.get(key);
    if (entry === undefined) {
      entry = { watch: new ObjectWatch(spec, this.api, this.parts), users: 0 };
      this.watches.set(key, entry);
      void entry.watch.run();
    }
    const { watch } = entry;
    entry.users++;
    return {
      value: watch,
      release: () => {
        if (--entry.users > 0) return;
        this.watches.delete(key);
        watch.stop();
      },
    };
  }
}
