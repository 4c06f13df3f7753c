import { describe, expect, it } from 'vitest';
import { clusterFlagNote, clusterFlagProblems, clusterFlags } from './cluster-flags.ts';
import { parseFlags } from './flags.ts';
import { SERVER_FLAGS } from './server-flags.ts';

function values(...argv: readonly string[]) {
  const { values: parsed, problems } = parseFlags(argv, SERVER_FLAGS);
  expect(problems).toEqual([]);
  return parsed;
}

describe('the flags of the cluster', () => {
  it('make none by default', () => {
    expect(clusterFlags(values())).toBe(null);
    expect(clusterFlagNote(values())).toBe(null);
  });

  it('make one with the defaults of Alertmanager as soon as a peer is named', () => {
    expect(clusterFlags(values('--cluster.peer=b:9094', '--cluster.peer=[fd00::1]:9094'))).toEqual({
      listen: { host: '0.0.0.0', port: 9094 },
      advertise: null,
      allowPublicAddress: false,
      peers: [
        { host: 'b', port: 9094 },
        { host: 'fd00::1', port: 9094 },
      ],
      ...{ peerName: null, label: '', secretFile: null, tlsConfigFile: null },
      ...{ resolveTimeout: 15_000, peerTimeout: 15_000, gossipInterval: 200, pushPullInterval: 60_000 },
      ...{ tcpTimeout: 10_000, probeTimeout: 500, probeInterval: 1_000, settleTimeout: 60_000 },
      ...{ reconnectInterval: 10_000, reconnectTimeout: 21_600_000 },
    });
  });

  it('listen where they say', () => {
    expect(clusterFlags(values('--cluster.listen-address=:7000'))?.listen).toEqual({ host: '', port: 7000 });
  });

  it('start no cluster with an empty address, and say so', () => {
    const off = values('--cluster.listen-address=', '--cluster.peer=b:9094');
    expect(clusterFlags(off)).toBe(null);
    expect(clusterFlagNote(off)).toBe(
      'There is no cluster, because --cluster.listen-address is empty: --cluster.peer without effect',
    );
    expect(clusterFlagNote(values('--cluster.label=x'))).toBe(
      'There is no cluster, because no --cluster.peer is named: --cluster.label without effect',
    );
  });

  it.each([
    [['--cluster.peer=b'], 'flag --cluster.peer: "b" is not an address'],
    [['--cluster.peer=:9094'], 'flag --cluster.peer: ":9094" needs host and port, e.g. 10.0.0.1:9094'],
    [['--cluster.listen-address=9094'], 'flag --cluster.listen-address: "9094" is not an address'],
    [
      ['--cluster.peer=b:1', '--cluster.advertise-address=a:0'],
      'flag --cluster.advertise-address: "a:0" needs host and port, e.g. 10.0.0.1:9094',
    ],
  ])('refuse %j', (argv, problem) => {
    expect(clusterFlagProblems(values(...argv))).toEqual([problem]);
  });

  it('refuse intervals of nothing', () => {
    expect(parseFlags(['--cluster.gossip-interval=0s'], SERVER_FLAGS).problems).toEqual([
      'flag --cluster.gossip-interval: at least 1ms is needed',
    ]);
  });
});
