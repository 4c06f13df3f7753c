import { describe, expect, it } from 'vitest';
import type { TextFiles } from '#lib/text-files';
import { type FlagTable, parseFlags } from '../flags.ts';
import { readSettings, settingsFiles, unknownSettings, withSettings } from './settings.ts';

const FLAGS: FlagTable = {
  'alertmanager.url': { kind: 'string', default: 'http://localhost:9090', help: '' },
  'require-comment': { kind: 'bool', default: 'true', help: '' },
  timeout: { kind: 'duration', default: '30s', help: '' },
};

function settings(files: Record<string, string>) {
  const read = (path: string) => (path in files ? Promise.resolve(files[path]!) : Promise.reject(new Error('ENOENT')));
  return readSettings(['home', 'etc'], { read, list: () => Promise.resolve([]) } satisfies TextFiles);
}

describe("amtool's files of settings", () => {
  it('are in the home folder and in /etc', () => {
    expect(settingsFiles('/home/ann')).toEqual(['/home/ann/.config/amtool/config.yml', '/etc/amtool/config.yml']);
  });

  it('give flags that the command line does not; the first file counts', async () => {
    const found = await settings({
      home: 'alertmanager.url: http://home:9093\nauthor: ann # of another command',
      etc: 'alertmanager.url: "http://etc:9093"\nrequire-comment: false\ntimeout: 5s',
    });
    const flags = withSettings(FLAGS, found);
    const none = parseFlags([], flags).values;
    expect(none.text('alertmanager.url')).toBe('http://home:9093');
    expect([none.bool('require-comment'), none.duration('timeout')]).toEqual([false, 5000]);
    expect(parseFlags(['--alertmanager.url=http://x'], flags).values.text('alertmanager.url')).toBe('http://x');
  });

  it('may have names of before', async () => {
    expect([...(await settings({ home: 'comment_required: false' }))]).toEqual([
      ['require-comment', { value: 'false', file: 'home' }],
    ]);
    const both = await settings({ home: 'comment_required: false\nrequire-comment: true' });
    expect(both.get('require-comment')?.value).toBe('true');
  });

  it('need not be there', async () => {
    expect([...(await settings({ etc: '' }))]).toEqual([]);
  });

  it('are told what has no effect', async () => {
    const found = await settings({ etc: 'timeout: 5s\nverbose: true' });
    expect(unknownSettings(found, [{}, FLAGS])).toEqual(['etc: verbose has no effect here']);
  });

  it('say where they are wrong', async () => {
    await expect(settings({ home: '- a\n- b' })).rejects.toThrow(/home/);
    const found = await settings({ etc: 'timeout: soon' });
    expect(() => withSettings(FLAGS, found)).toThrow(/^etc: timeout: /);
  });
});
