import type { AlertmanagerSettings } from '#alertmanager/options';
import type { ClusterSettings } from '#alertmanager/peer-link';
import type { RequestLimits } from '#api/request-limits';
import type { ListenAddress } from '#lib/listen-address';
import type { Log, LogOptions } from '#lib/log';
import type { Millis } from '#model/time';
import type { WalSync } from '#tsdb/db';
import type { HeartbeatTarget } from './heartbeat.ts';

/** How the flags describe the cluster that this server's Alertmanager belongs to. */
export interface ClusterFlags extends Omit<ClusterSettings, 'advertiseAddress'> {
  readonly listen: ListenAddress;
  /** Null: found out. */
  readonly advertise: ListenAddress | null;
  /** Whether an address of the internet may be found out. */
  readonly allowPublicAddress: boolean;
  readonly peers: readonly ListenAddress[];
  readonly resolveTimeout: Millis;
  /** Messages are signed with what this file says. */
  readonly secretFile: string | null;
  readonly tlsConfigFile: string | null;
}

/** What a process is for: everything, or alerts of other servers alone, in Alertmanager's place. */
export type ServerRole = 'all' | 'alertmanager';

/** All that a server is started with; the command line makes it. */
export interface ServerOptions {
  readonly role: ServerRole;
  readonly version: string;
  readonly listen: readonly ListenAddress[];
  /** TLS, passwords, headers and limits of these; null: none. */
  readonly webConfigFile: string | null;
  /** Most connections at a time; null: any number. */
  readonly maxConnections: number | null;
  /** Longest time until a request has come in; 0: any. */
  readonly readTimeout: Millis;
  /** Without a slash at the end; null: made from the listen address. */
  readonly externalUrl: string | null;
  /** Path prefix of all routes: '' or `/prometheus`. */
  readonly prefix: string;
  /** Matches the whole of an Origin header whose pages may read the API. */
  readonly corsOrigin: string;
  readonly lifecycle: boolean;
  /** Null: any number of requests, for as long as they take. */
  readonly requestLimits: RequestLimits | null;
  readonly remoteWriteReceiver: boolean;
  readonly adminApi: boolean;
  /** prometheus.yml; null: the built-in configuration. */
  readonly configFile: string | null;
  readonly alertmanagerFile: string | null;
  /** Read the configuration again when its files change. Null: only when told. */
  readonly autoReloadInterval: Millis | null;
  readonly dataDir: string;
  readonly walSync: WalSync;
  /** Write everything in memory as blocks at a clean stop. */
  readonly blocksAtEnd: boolean;
  /** As the flags say it; 0: they say nothing, the configuration file may. */
  readonly retention: { readonly time: Millis; readonly sizeBytes: number };
  /** Null: follows from the retention. */
  readonly blockDuration: { readonly min: Millis; readonly max: Millis | null };
  /** Timestamps of scrapes that begin no later than this are those that were due; 0: none are. */
  readonly timestampTolerance: Millis;
  /** Whether jobs that say nothing have `extra_scrape_metrics`. */
  readonly extraScrapeMetrics: boolean;
  readonly query: {
    readonly lookbackDelta: Millis;
    readonly timeout: Millis;
    readonly maxConcurrency: number;
    readonly maxSamples: number;
    /** Bytes of one query, by its own estimate. */
    readonly maxBytes: number;
    /** Bytes of the results cache; 0: none. */
    readonly cacheBytes: number;
    /** Threads; 0: none, everything runs in one thread. */
    readonly threads: number;
  };
  /** Null: its Alertmanager is alone. */
  readonly cluster: ClusterFlags | null;
  readonly alertmanager: AlertmanagerSettings;
  /** Sending to the Alertmanagers of prometheus.yml. */
  readonly alertQueue: {
    /** Alerts that may wait for one Alertmanager. */
    readonly capacity: number;
    /** Most alerts in one request. */
    readonly batchSize: number;
    /** Whether what waits at the end is still sent. */
    readonly drain: boolean;
  };
  readonly rules: {
    readonly outageTolerance: Millis;
    readonly forGracePeriod: Millis;
    readonly resendDelay: Millis;
    readonly maxConcurrentEvals: number;
    /** Groups with alerts are evaluated right after scrapes that feed them, when that is before their slots. */
    readonly afterScrape: boolean;
  };
  /** Receivers that hear of the ends of alerts that are hidden by then: an anchored pattern of their names; '' for none. */
  readonly resolveWhenMuted: string;
  /** Null: nobody watches this server. */
  readonly heartbeat: HeartbeatTarget | null;
  /** Folders of dashboards: first those that ship with the program. */
  readonly dashboards: readonly string[];
  /** The folder of Grafana's provisioning files. */
  readonly provisioning: string;
  /** The file with the key for secrets of data sources; null: one of its own, in the data folder. */
  readonly dataSourceKeyFile: string | null;
  /** Data sources may be at link-local addresses. */
  readonly allowLinkLocal: boolean;
  /** How the pages are called; '' for the program's name. */
  readonly pageTitle: string;
  /** A folder of files for /user; null: there are none. */
  readonly userAssets: string | null;
  /** The built web UI. */
  readonly assets: string;
  /** The folder with what draws pictures of dashboards: the painter, its fonts, WebAssembly. */
  readonly pictures: string;
  /** Every flag as text, for /api/v1/status/flags. */
  readonly flags: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly logOptions: Pick<LogOptions, 'level' | 'format'>;
}
