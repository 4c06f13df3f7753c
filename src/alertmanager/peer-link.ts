import type { Millis } from '#model/time';

/** Takes a message of another instance and gives the answer. Throws `bad-request` when it must not be answered. */
export type AnswerPeer = (message: string) => string;

/** How an instance of a cluster reaches the others: addresses and texts, of whose meaning it knows nothing. */
export interface PeerLink {
  /** The addresses (`host:port`) of the configured peers, as their names resolve now. Never rejects. */
  resolve(): Promise<readonly string[]>;
  /** Sends a message and gives the answer. Rejects in plain words when there was none, or a refusal. */
  ask(address: string, message: string, signal: AbortSignal): Promise<string>;
  /** Whom messages of others are handed to from now on; until then they are told to come again. */
  answerWith(answer: AnswerPeer): void;
}

/** How a cluster behaves; the names are those of the flags. */
export interface ClusterSettings {
  /** Of this instance, unique in the cluster; null: a new one at each start. */
  readonly peerName: string | null;
  /** Where the others reach this instance. */
  readonly advertiseAddress: string;
  /** Only instances with the same label belong together. */
  readonly label: string;
  readonly peerTimeout: Millis;
  readonly gossipInterval: Millis;
  readonly pushPullInterval: Millis;
  /** For requests that carry state. */
  readonly tcpTimeout: Millis;
  readonly probeTimeout: Millis;
  readonly probeInterval: Millis;
  readonly settleTimeout: Millis;
  readonly reconnectInterval: Millis;
  readonly reconnectTimeout: Millis;
}

/** What a program that belongs to a cluster is started with. */
export interface ClusterMembership {
  readonly settings: ClusterSettings;
  readonly link: PeerLink;
}
