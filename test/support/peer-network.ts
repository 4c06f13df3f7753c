import type { AnswerPeer, ClusterMembership, ClusterSettings, PeerLink } from '#alertmanager/peer-link';
import { BarographError } from '#lib/errors';

/** A network between instances of a cluster in one process. A test decides who reaches whom. */
export class PeerNetwork {
  /** Every message that arrived: `a>b kind`. */
  readonly arrived: string[] = [];
  private readonly answers = new Map<string, AnswerPeer>();
  private readonly cuts = new Set<string>();

  /** What an instance at `address` is started with. */
  member(address: string, peers: readonly string[], settings: Partial<ClusterSettings> = {}): ClusterMembership {
    return { settings: { ...SETTINGS, advertiseAddress: address, ...settings }, link: this.link(address, peers) };
  }

  /** From now on nothing goes from `from` to `to`, in neither direction: questions are never answered. */
  cut(from: string, to: string): void {
    this.cuts.add(`${from} ${to}`).add(`${to} ${from}`);
  }

  /** The same in one direction only. */
  cutOneWay(from: string, to: string): void {
    this.cuts.add(`${from} ${to}`);
  }

  heal(): void {
    this.cuts.clear();
  }

  /** The process at this address is gone. */
  kill(address: string): void {
    this.answers.delete(address);
  }

  private link(from: string, peers: readonly string[]): PeerLink {
    return {
      resolve: () => Promise.resolve(peers),
      answerWith: (answer) => void this.answers.set(from, answer),
      ask: async (to, message, signal) => {
        if (this.cuts.has(`${from} ${to}`)) return silence(signal);
        const answer = this.answers.get(to);
        if (answer === undefined) throw new BarographError(`${to} refuses the connection`, UNREACHABLE);
        this.arrived.push(`${from}>${to} ${(JSON.parse(message) as { kind: string }).kind}`);
        return answer(message);
      },
    };
  }
}

const UNREACHABLE = { kind: 'unavailable', code: 'connection' } as const;

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('no answer in time'))));
}

const SETTINGS: ClusterSettings = {
  peerName: null,
  advertiseAddress: '',
  label: '',
  peerTimeout: 15_000,
  gossipInterval: 200,
  pushPullInterval: 60_000,
  tcpTimeout: 10_000,
  probeTimeout: 500,
  probeInterval: 1_000,
  settleTimeout: 60_000,
  reconnectInterval: 10_000,
  reconnectTimeout: 6 * 3_600_000,
};
