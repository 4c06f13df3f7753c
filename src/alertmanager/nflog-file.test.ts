import { describe, expect, it } from 'vitest';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import { hashNameOf, recognize } from './alert-hash.ts';
import { readNflogFile } from './nflog-file.ts';

/** As Alertmanager 0.33.1 wrote it when it was ended. */
const OF_0_33 = [
  'pwEKlgEKa3t9L3tqb2IhPSJ4IFwieVwiIix6b25lPX4iXig/OsO8LiopJCJ9OnthbGVydG5hbWU9IkZ1bGwiLCBqb2I9InNheSBcInhcIlxu',
  'IiwgcGF0aD0iQzpcXHgiLCB6b25lPSLDvGJlcnNlZSJ9Eg4KA29wcxIHd2ViaG9vayoMCKyip9gGEIXO4KgCMgmqjtXQjaWyoRsSDAisg6nY',
  'BhCFzuCoAl8KTwoVe306e2FsZXJ0bmFtZT0iRG93biJ9EhEKBHRlYW0SB3dlYmhvb2sYASoMCK6ip9gGEIOmyKUCMgm8vKjvuPzRjiY6Cobm',
  'iJyjp42u0wESDAiug6nYBhCDpsilAl0KTQoVe306e2FsZXJ0bmFtZT0iRG93biJ9Eg8KBHRlYW0SB3dlYmhvb2sqDAiuoqfYBhDlp/ulAjIJ',
  'vLyo77j80Y4mOgqG5oico6eNrtMBEgwIroOp2AYQ5af7pQI=',
].join('');

/** The same from 0.25.0. */
const OF_0_25 = [
  'pwEKlgEKa3t9L3tqb2IhPSJ4IFwieVwiIix6b25lPX4iXig/OsO8LiopJCJ9OnthbGVydG5hbWU9IkZ1bGwiLCBqb2I9InNheSBcInhcIlxu',
  'IiwgcGF0aD0iQzpcXHgiLCB6b25lPSLDvGJlcnNlZSJ9Eg4KA29wcxIHd2ViaG9vayoMCLCip9gGEKvqzdADMgmqjtXQjaWyoRsSDAiwg6nY',
  'BhCr6s3QA18KTwoVe306e2FsZXJ0bmFtZT0iRG93biJ9EhEKBHRlYW0SB3dlYmhvb2sYASoMCLKip9gGEIjVtM8DMgm8vKjvuPzRjiY6Cobm',
  'iJyjp42u0wESDAiyg6nYBhCI1bTPA10KTQoVe306e2FsZXJ0bmFtZT0iRG93biJ9Eg8KBHRlYW0SB3dlYmhvb2sqDAiyoqfYBhCa9ePOAzIJ',
  'vLyo77j80Y4mOgqG5oico6eNrtMBEgwIsoOp2AYQmvXjzgM=',
].join('');

const FULL = Labels.from({ alertname: 'Full', zone: 'übersee', job: 'say "x"\n', path: 'C:\\x' });
const DOWN_A = Labels.from({ alertname: 'Down', job: 'a' });
const DOWN_B = Labels.from({ alertname: 'Down', job: 'b' });

const EIGHT_HOURS = 8 * 3_600_000;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const named = (labels: Labels) => ({ fingerprint: fingerprint(labels), alert: { labels } });

describe("Alertmanager's log of notifications", () => {
  it.each([
    ['0.33', OF_0_33, '2026-11-27T18:51:24.622Z', '2026-11-27T18:51:26.615Z', '2026-11-27T18:51:26.616Z'],
    ['0.25', OF_0_25, '2026-11-27T18:51:28.974Z', '2026-11-27T18:51:30.971Z', '2026-11-27T18:51:30.970Z'],
  ])('is read as %s writes it', (_, file, ...times) => {
    const [ofFull = 0, ofSecond = 0, ofFirst = 0] = times.map(Date.parse);
    const down = {
      ...{ groupKey: '{}:{alertname="Down"}', receiver: 'team', integration: 'webhook', receiverData: {} },
      ...{ firing: [hashNameOf(DOWN_A)], resolved: [hashNameOf(DOWN_B)] },
    };
    expect(readNflogFile(bytesOf(file))).toEqual([
      {
        groupKey: String.raw`{}/{job!="x \"y\"",zone=~"^(?:ü.*)$"}:{alertname="Full", job="say \"x\"\n", path="C:\\x", zone="übersee"}`,
        ...{ receiver: 'ops', integration: 'webhook', index: 0, receiverData: {} },
        ...{ firing: [hashNameOf(FULL)], resolved: [], sentAt: ofFull, expiresAt: ofFull + EIGHT_HOURS },
      },
      { ...down, index: 1, sentAt: ofSecond, expiresAt: ofSecond + EIGHT_HOURS },
      { ...down, index: 0, sentAt: ofFirst, expiresAt: ofFirst + EIGHT_HOURS },
    ]);
  });

  it('keeps what a receiver wants to find again', () => {
    const text = (field: number, value: string) => [field * 8 + 2, value.length, ...Buffer.from(value)];
    const message = (field: number, ...content: number[]) => [field * 8 + 2, content.length, ...content];
    const datum = (name: string, ...value: number[]) => message(8, ...text(1, name), ...message(2, ...value));
    const entry = message(
      1,
      ...text(1, 'key'),
      ...message(2, ...text(1, 'chat'), ...text(2, 'slack')),
      ...datum('threadTs', ...text(1, '1234.5678')),
      ...datum('count', 2 * 8, 7),
      ...datum('share', 3 * 8 + 1, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f),
    );
    const [read] = readNflogFile(Uint8Array.from([entry.length, ...entry]));
    expect(read).toMatchObject({ groupKey: 'key', receiver: 'chat', integration: 'slack', index: 0 });
    expect(read?.receiverData).toEqual({ threadTs: '1234.5678', count: '7', share: '0.5' });
  });

  it('names alerts by hashes, which are exchanged for fingerprints when the alerts are there', () => {
    const [, , entry] = readNflogFile(bytesOf(OF_0_33));
    const firing = recognize(entry!, [named(FULL), named(DOWN_A)]);
    expect([firing.firing, firing.resolved]).toEqual([[fingerprint(DOWN_A)], [hashNameOf(DOWN_B)]]);
    expect(recognize(firing, [named(DOWN_B)])).toEqual({
      ...entry,
      ...{ firing: [fingerprint(DOWN_A)], resolved: [fingerprint(DOWN_B)] },
    });
    expect(recognize(entry!, [named(FULL)])).toBe(entry);
  });

  it.each([
    ['cut off', bytesOf(OF_0_33).subarray(0, 100)],
    ['another', new TextEncoder().encode('[{"id": "x"}]')],
  ])('is refused when it is %s', (_, bytes) => {
    expect(() => readNflogFile(bytes)).toThrow(expect.objectContaining({ kind: 'bad-request' }));
  });

  it('may be empty', () => {
    expect(readNflogFile(new Uint8Array())).toEqual([]);
  });
});
