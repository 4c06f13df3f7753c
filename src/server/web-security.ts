import type { Clock } from '#lib/clock';
import type { HttpServer, ListenOptions } from '#lib/http-server';
import type { Log } from '#lib/log';
import type { Gauge, MetricRegistry } from '#lib/metrics';
import { type ComparePassword, PasswordCheck } from '#lib/password-check';
import { throwProblems } from '#lib/schema-decode';
import { clientAuthOf } from '#lib/server-tls';
import type { TextFiles } from '#lib/text-files';
import { badWebConfig, needsRestart, readWebConfig, type WebConfig } from '#lib/web-config';
import { newToken, WebGate } from '#lib/web-gate';
import type { OwnAccess } from './built-in.ts';
import { watchConfiguration } from './config-watch.ts';

export interface WebSecurityOptions {
  /** --web.config.file */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricRegistry;
  readonly files: TextFiles;
  readonly compare: ComparePassword;
}

/** How often the files are looked at. */
const LOOK_EVERY = 1_000;

/**
 * TLS, passwords, headers and limits of this server's ports, as a file says that is read again when it changes. When it has
 * mistakes by then, or asks for what needs a restart, what was there stays.
 */
export class WebSecurity {
  private readonly options: WebSecurityOptions;
  private readonly gate: WebGate;
  private readonly successful: Gauge;
  private readonly token = newToken();
  private config: WebConfig;
  private seen = '';
  private isRefused = false;

  /** Throws `bad-config` with every mistake of the file. */
  constructor(options: WebSecurityOptions) {
    this.options = options;
    const { clock, registry, compare, file } = options;
    this.gate = new WebGate({ clock, passwords: new PasswordCheck({ compare }), ownToken: this.token });
    this.successful = registry.gauge({
      name: 'barograph_web_config_last_reload_successful',
      help: '1 when the file of --web.config.file was good when it was last read; 0: what it said before is in force.',
    });
    this.config = read(file);
    this.use(this.config);
  }

  /** What a port is opened with. */
  get listening(): Pick<ListenOptions, 'tls' | 'gate'> {
    return { tls: this.config.tls ?? undefined, gate: this.gate.admit };
  }

  /** How this server gets in itself. */
  get access(): OwnAccess {
    const { tls, certificateFiles } = this.config;
    const asks = tls !== null && clientAuthOf(tls) !== 'NoClientCert';
    return { isSecure: tls !== null, token: this.token, certificate: asks ? certificateFiles : null };
  }

  /** Reads the files again when they have changed, for these ports, until the function that it returns is called. */
  watch(servers: readonly HttpServer[]): () => void {
    const { clock, log, file } = this.options;
    return watchConfiguration({
      ...{ clock, interval: LOOK_EVERY },
      look: () => this.look(servers),
      refused: (error) => log.error(`The changed ${file} is not used; what it said before stays`, { error }),
    });
  }

  private async look(servers: readonly HttpServer[]): Promise<void> {
    const now = await this.times();
    // A file that is missing may come later, and nobody knows its name yet.
    if (now === this.seen && !this.isRefused) return;
    // Between the start and the first look they may have changed, too.
    const isFirstLook = this.seen === '';
    this.seen = now;
    this.take(servers);
    if (!isFirstLook) this.options.log.info(`${this.options.file} was read again`);
  }

  private take(servers: readonly HttpServer[]): void {
    const { file } = this.options;
    try {
      const next = read(file);
      const change = needsRestart(this.config, next);
      if (change !== null) throw badWebConfig(file, `${file}: ${change}: start the server again for that`);
      if (next.tls !== null) for (const server of servers) server.renewTls(next.tls);
      this.use(next);
    } catch (error) {
      this.isRefused = true;
      this.successful.set(0);
      throw error;
    }
  }

  private use(next: WebConfig): void {
    this.config = next;
    this.gate.use(next);
    this.isRefused = false;
    this.successful.set(1);
  }

  private async times(): Promise<string> {
    const { files } = this.options;
    return JSON.stringify(await Promise.all(this.config.files.map((file) => files.modified!(file))));
  }
}

function read(file: string): WebConfig {
  const { value, problems } = readWebConfig(file);
  throwProblems(problems, `--web.config.file: ${file} has mistakes`);
  return value!;
}
