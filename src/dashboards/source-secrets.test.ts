import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, silentLog } from '#lib/log';
import { SecretBox } from '#lib/secret-box';
import { openSqlite } from '#lib/sqlite';
import { MetaDatabase } from '#meta/meta-database';
import { temporaryFolder } from '#test/alertmanager';
import { type DataSourceRequest, DataSources } from './data-sources.ts';
import { clientConfigOf } from './source-config.ts';

const KEY = 'the key of now, which is long enough';
const OTHER = 'another key, which is long enough, too';
const boxOf = (...known: string[]) => new SecretBox({ known, make: () => KEY });

const request = (name: string, secrets: Record<string, string>, more: Partial<DataSourceRequest> = {}) => ({
  ...{ uid: name, name, type: 'prometheus', access: 'proxy', url: 'http://x', user: '', database: '' },
  ...{ basicAuth: true, basicAuthUser: 'me', withCredentials: false, isDefault: false, jsonData: {} },
  secrets,
  ...more,
});

describe('secrets of data sources', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let meta: MetaDatabase;
  let lines: Record<string, unknown>[];
  const path = () => join(folder.path, 'barograph.db');
  beforeEach(async () => {
    folder = temporaryFolder();
    lines = [];
    meta = await MetaDatabase.open({ path: path(), log: silentLog });
  });
  afterEach(() => {
    meta.close();
    folder.remove();
  });

  /** As a start of the server opens them. */
  async function opened(...keys: string[]): Promise<DataSources> {
    meta.close();
    meta = await MetaDatabase.open({ path: path(), log: silentLog });
    const log = createLog({ format: 'json', sink: (line) => lines.push(JSON.parse(line)) });
    const sources = new DataSources({ meta, box: boxOf(...keys), log });
    await sources.sealAnew();
    return sources;
  }

  const onDisk = () =>
    readdirSync(folder.path)
      .filter((name) => statSync(join(folder.path, name)).isFile())
      .map((name) => readFileSync(join(folder.path, name), 'latin1'))
      .join('');
  const revealed = (sources: DataSources, uid: string) =>
    Object.fromEntries([...sources.get(uid)!.secrets].map(([name, secret]) => [name, secret.reveal()]));

  it('are encrypted in the file, and there after a restart', async () => {
    const sources = await opened();
    await sources.add(request('a', { basicAuthPassword: 'open sesame' }));
    await sources.update('a', request('a', { httpHeaderValue1: 'a token' }), null);
    expect(onDisk()).not.toMatch(/open sesame|a token/);
    expect(onDisk()).toContain('basicAuthPassword');
    const again = await opened(KEY);
    expect(revealed(again, 'a')).toEqual({ basicAuthPassword: 'open sesame', httpHeaderValue1: 'a token' });
    expect(lines).toEqual([]);
  });

  it('of an older program are encrypted at the start, and nothing of them stays in the file', async () => {
    meta.close();
    const database = await openSqlite(path());
    const row = (id: number, secrets: object) =>
      database
        .prepare(
          'INSERT OR REPLACE INTO data_sources (id, uid, name, version, settings, secrets) VALUES (?, ?, ?, 1, ?, ?)',
        )
        .run(id, `uid${id}`, `Source ${id}`, '{"type":"prometheus","url":"http://x"}', JSON.stringify(secrets));
    database.transaction(() => {
      row(1, { basicAuthPassword: 'open sesame', tlsClientKey: 'k'.repeat(9000) });
      row(2, {});
      row(3, { basicAuthPassword: 'deleted sesame' });
    });
    database.transaction(() => {
      database.exec('DELETE FROM data_sources WHERE id = 3');
      database.exec('DROP TABLE unscrubbed; ALTER TABLE data_sources DROP COLUMN sealed; PRAGMA user_version = 2');
    });
    database.close();
    expect(onDisk()).toContain('open sesame');
    expect(onDisk()).toContain('deleted sesame');
    meta = await MetaDatabase.open({ path: path(), log: silentLog });

    const sources = await opened();
    expect(onDisk()).not.toMatch(/sesame|kkkk/);
    expect(revealed(sources, 'uid1')).toEqual({ basicAuthPassword: 'open sesame', tlsClientKey: 'k'.repeat(9000) });
    expect(revealed(sources, 'uid2')).toEqual({});
    expect(lines).toMatchObject([{ msg: 'Passwords of data sources are encrypted now', sources: 'Source 1' }]);
    expect(meta.isScrubbed).toBe(true);
    await opened(KEY);
    expect(lines).toHaveLength(1);
  });

  it('are encrypted anew when the key is another one and the old one is there as well', async () => {
    await (await opened(OTHER)).add(request('a', { basicAuthPassword: 'open sesame' }));
    await opened(KEY, OTHER);
    expect(lines).toMatchObject([{ msg: 'Passwords of data sources are encrypted now', sources: 'a' }]);
    expect(revealed(await opened(KEY), 'a')).toEqual({ basicAuthPassword: 'open sesame' });
  });

  it('whose key is lost are named, the source is not asked without them, and the rest goes on', async () => {
    const before = await opened(OTHER);
    await before.add(request('Mimir', { basicAuthPassword: 'open sesame', httpHeaderValue1: 'a token' }));
    await before.add(request('Thanos', {}));
    const sources = await opened(KEY);
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        msg: 'Passwords of data sources cannot be decrypted: they were encrypted with another key',
        sources: 'Mimir (basicAuthPassword, httpHeaderValue1)',
        hint: expect.stringContaining('enter them again'),
      },
    ]);
    expect(() => clientConfigOf(sources.get('Mimir')!)).toThrow(
      'the data source "Mimir" cannot be asked: basicAuthPassword, httpHeaderValue1 was encrypted with another key',
    );
    expect(clientConfigOf(sources.get('Thanos')!)).toMatchObject({ basicAuth: { username: 'me' } });

    await sources.update('Mimir', request('Mimir', { basicAuthPassword: 'a new one' }, { url: 'http://y' }), null);
    expect(revealed(sources, 'Mimir')).toEqual({ basicAuthPassword: 'a new one' });
    expect(() => clientConfigOf(sources.get('Mimir')!)).toThrow('httpHeaderValue1');
    const found = await opened(KEY, OTHER);
    expect(revealed(found, 'Mimir')).toEqual({ basicAuthPassword: 'a new one', httpHeaderValue1: 'a token' });
  });

  it('that are lost may be given up', async () => {
    await (await opened(OTHER)).add(request('a', { basicAuthPassword: 'open sesame' }));
    const sources = await opened(KEY);
    await sources.update('a', request('a', { basicAuthPassword: '' }, { basicAuth: false }), null);
    expect(sources.get('a')!.lost.size).toBe(0);
    expect(clientConfigOf(sources.get('a')!).basicAuth).toBe(undefined);
  });
});
