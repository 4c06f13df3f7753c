import { describe, expect, it } from 'vitest';
import { decodeGood, decodeWith, printed, problemsOf } from '#test/decode';
import {
  checked,
  converted,
  defaulted,
  flowList,
  inline,
  lazy,
  list,
  mapOfValues,
  type ObjectOf,
  object,
  optional,
  required,
  type Schema,
  snakeCase,
} from './schema.ts';
import { originOf } from './schema-decode.ts';
import { bool, duration, int, secret, string } from './schema-scalars.ts';

const client = object('http.Client', {
  proxyUrl: optional(string()),
  followRedirects: defaulted(bool(), true, { always: true }),
});

const job = object('test.Job', {
  jobName: required(string(), 'job_name is empty'),
  scrapeInterval: defaulted(duration(), 60_000),
  limit: optional(int({ min: 0 })),
  token: optional(secret()),
  retryOnHttp429: defaulted(bool(), false, { key: 'retry_on_http_429' }),
  client: inline(client),
  labels: defaulted(mapOfValues(string()), {}),
});

describe('an object', () => {
  it('has properties in camelCase for keys in snake_case, and defaults', () => {
    expect(decodeGood(job, 'job_name: a\nretry_on_http_429: yes\nproxy_url: http://p\n')).toEqual({
      jobName: 'a',
      scrapeInterval: 60_000,
      retryOnHttp429: true,
      client: { proxyUrl: 'http://p', followRedirects: true },
      labels: {},
    });
  });

  it('takes a key without a value for one that is absent', () => {
    expect(decodeGood(job, 'job_name: a\nscrape_interval:\nlimit: ~\nlabels:\n')).toEqual(
      decodeGood(job, 'job_name: a'),
    );
  });

  it('may take a key without a value as an empty value', () => {
    const schema = object('x', { a: defaulted(string(), 'default', { emptyWhenNull: true }) });
    expect(decodeGood(schema, 'a:')).toEqual({ a: '' });
    expect(decodeGood(schema, '{}')).toEqual({ a: 'default' });
  });

  it('knows its keys', () => {
    expect(job.keys).toContain('proxy_url');
    expect(problemsOf(job, 'job_name: a\nscrape_intervall: 1m\nkubernetes: 1\n')).toEqual([
      '2:1: scrape_intervall: field scrape_intervall not found in type test.Job (did you mean scrape_interval?)',
      '3:1: kubernetes: field kubernetes not found in type test.Job (known keys: job_name, scrape_interval, limit, token, retry_on_http_429, proxy_url, follow_redirects, labels)',
    ]);
  });

  it('passes over unknown keys when that is wanted, but not over repeated ones', () => {
    const { value, problems } = decodeWith(job, 'job_name: a\nfoo: 1\njob_name: b\n', { ignoreUnknownKeys: true });
    expect(problems).toEqual(['3:1: job_name: field job_name already set in type test.Job (write each key once)']);
    expect(value?.jobName).toBe('b');
  });

  it('wants what is required', () => {
    expect(problemsOf(job, 'limit: 1')).toEqual(['1:1: job_name is empty (add job_name: ...)']);
    expect(problemsOf(job, 'limit: 1\njob_name:\n')).toEqual(['2:1: job_name: job_name is empty (add job_name: ...)']);
  });

  it('reports everything at once', () => {
    const problems = problemsOf(list(job), '- job_name: [a]\n  limit: -1\n- foo: 1\n- 3\n');
    expect(problems.map((problem) => problem.replace(/ \(.*/, ''))).toEqual([
      '1:13: [0].job_name: cannot unmarshal !!seq into string',
      '2:10: [0].limit: cannot unmarshal !!int `-1` into uint',
      '3:3: [1].foo: field foo not found in type test.Job',
      '3:3: [1]: job_name is empty',
      '4:3: [2]: cannot unmarshal !!int `3` into test.Job',
    ]);
  });

  it('prints in its own order, without what is empty or absent', () => {
    const value = decodeGood(job, 'labels: {b: "1", a: x}\nlimit: 0\njob_name: a\ntoken: hunter2\n');
    expect(printed(job, value)).toBe(
      'job_name: a\nscrape_interval: 1m\ntoken: <secret>\nfollow_redirects: true\nlabels:\n  a: x\n  b: "1"\n',
    );
  });

  it('reads back what it prints', () => {
    const value = decodeGood(job, 'job_name: "true"\nscrape_interval: 90s\nlabels: {a: "no", b: "a\\nb"}\n');
    expect(decodeGood(job, printed(job, value))).toEqual(value);
  });

  it('prints an optional block that was written, even when it says nothing', () => {
    const schema = object('x', {
      a: optional(object('y', { b: optional(string()) })),
      c: defaulted(list(string()), [], { always: true }),
    });
    expect(printed(schema, decodeGood(schema, 'a: {b: ""}'))).toBe('a: {}\nc: []\n');
    expect(printed(schema, decodeGood(schema, '{}'))).toBe('c: []\n');
  });
});

describe('the check of an object', () => {
  const fields = { interval: defaulted(int(), 10), timeout: defaulted(int(), 5), tags: defaulted(list(string()), []) };
  const schema = object('x', fields, {
    check(value: ObjectOf<typeof fields>, report) {
      if (value.timeout > value.interval) report('timeout too long', 'timeout', 'shorten it');
      if (value.tags.includes('bad')) report('bad tag', ['tags', value.tags.indexOf('bad')]);
    },
    normalize: (value: ObjectOf<typeof fields>) => ({ ...value, tags: ['all', ...value.tags] }),
  });
  const outer = object('y', { inner: optional(schema) });

  it('reports at the key it names', () => {
    expect(problemsOf(outer, 'inner:\n  timeout: 20\n  tags: [a, bad]\n')).toEqual([
      '2:12: inner.timeout: timeout too long (shorten it)',
      '3:13: inner.tags[1]: bad tag',
    ]);
  });

  it('reports at the object when the key is not written', () => {
    expect(problemsOf(outer, 'inner:\n  interval: 1\n')).toEqual(['2:3: inner.timeout: timeout too long (shorten it)']);
  });

  it('does not run when something inside is wrong already', () => {
    expect(problemsOf(outer, 'inner:\n  timeout: 20\n  interval: x\n')).toHaveLength(1);
  });

  it('may be followed by a normal form', () => {
    expect(decodeGood(schema, 'tags: [a]')).toEqual({ interval: 10, timeout: 5, tags: ['all', 'a'] });
  });
});

describe('a list', () => {
  it('leaves wrong items out and goes on', () => {
    const { value, problems } = decodeWith(list(int()), '[1, x, 3]', {});
    expect(value).toEqual([1, 3]);
    expect(problems).toHaveLength(1);
  });

  it('may forbid empty items', () => {
    const text = '-\n- {}\n- # nothing\n- proxy_url: "x"\n-\n';
    expect(problemsOf(list(client, { nullItem: 'empty section' }), text)).toEqual([
      '1:1: [0]: empty section',
      '3:1: [2]: empty section',
      '5:1: [4]: empty section',
    ]);
    expect(decodeGood(list(client), '-\n')).toEqual([{ followRedirects: true }]);
  });

  it('is not a single value', () => {
    expect(problemsOf(list(string()), 'a')).toEqual(['1:1: cannot unmarshal !!str `a` into []string']);
  });

  it('prints in one line when asked to', () => {
    expect(printed(flowList(string()), ['a', 'b c', 'd, e'])).toBe("[a, b c, 'd, e']\n");
  });
});

describe('a map with free keys', () => {
  it('has each key once', () => {
    expect(decodeGood(mapOfValues(int()), 'b: 1\na: 2\n')).toEqual({ a: 2, b: 1 });
    expect(problemsOf(mapOfValues(int()), 'a: 1\na: 2\n')).toEqual([
      '2:1: a: key "a" already set in map (write each key once)',
    ]);
    expect(problemsOf(mapOfValues(int()), '[1]')).toEqual(['1:1: cannot unmarshal !!seq into map[string]int']);
  });

  it('may have any key', () => {
    const value = decodeGood(mapOfValues(string()), '__proto__: a\ntoString: b\n');
    expect(Object.entries(value)).toEqual([
      ['__proto__', 'a'],
      ['toString', 'b'],
    ]);
  });
});

describe('schemas made of others', () => {
  it('check values', () => {
    const even = checked(int(), (n) => (n % 2 === 0 ? undefined : `${n} is odd`), 'write an even number');
    expect(decodeGood(even, '4')).toBe(4);
    expect(problemsOf(even, '5')).toEqual(['1:1: 5 is odd (write an even number)']);
    expect(problemsOf(even, 'x')).toHaveLength(1);
  });

  it('convert values both ways', () => {
    const upper = converted(string(), {
      decode: (text) => {
        if (text === '') throw new Error('nothing there');
        return text.toUpperCase();
      },
      encode: (text: string) => text.toLowerCase(),
    });
    expect(decodeGood(upper, 'abc')).toBe('ABC');
    expect(printed(upper, 'ABC')).toBe('abc\n');
    expect(problemsOf(upper, '""')).toEqual(['1:1: nothing there']);
  });

  it('may contain themselves', () => {
    interface Tree {
      readonly name: string;
      readonly children: readonly Tree[];
    }
    const tree: Schema<Tree> = object('x.Tree', {
      name: required(string()),
      children: defaulted(list(lazy('x.Tree', (): Schema<Tree> => tree)), []),
    });
    const value = { name: 'a', children: [{ name: 'b', children: [] }] };
    expect(decodeGood(tree, 'name: a\nchildren: [{name: b}]\n')).toEqual(value);
    expect(printed(tree, value)).toBe('name: a\nchildren:\n- name: b\n');
    expect(problemsOf(tree, 'name: a\nchildren: [{x: b, name: c}]\n')).toHaveLength(1);
  });
});

describe('the origin of decoded values', () => {
  it('is their place in the file', () => {
    const jobs = decodeGood(object('x', { jobs: required(list(job)) }), 'jobs:\n- job_name: a\n- job_name: b\n').jobs;
    expect(originOf(jobs[1]!)).toEqual({ at: { file: '/etc/test.yml', line: 3, column: 3 }, path: 'jobs[1]' });
    expect(originOf({})).toBeUndefined();
  });
});

describe('keys of properties', () => {
  it.each([
    ['scrapeInterval', 'scrape_interval'],
    ['enableHttp2', 'enable_http2'],
    ['msteamsv2Configs', 'msteamsv2_configs'],
    ['url', 'url'],
  ])('%s is %s', (property, key) => {
    expect(snakeCase(property)).toBe(key);
  });
});
