import { expect, it } from 'vitest';
import { downHelp } from './down-help.ts';

it.each([
  [
    'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    'fallback_scrape_protocol: ',
  ],
  ['sample limit exceeded', 'Raise sample_limit'],
  ['target_limit exceeded (number of targets: 3, limit: 2)', 'Raise target_limit'],
  ['body size limit exceeded', 'Raise body_size_limit'],
  ['label_limit exceeded (metric: a, number of labels: 5, limit: 4)', 'Raise the limit'],
  ['Get "http://a:1/metrics": connection refused by 10.0.0.1:1', 'Nothing listens there'],
  ['Get "http://a:1/metrics": lookup a: no such host', 'cannot be resolved'],
  ['Get "http://a:99999/metrics": it is not a URL', 'no host and port'],
  ['Get "http://a:1/metrics": context deadline exceeded', 'scrape_timeout'],
  ['server returned HTTP status 403 Forbidden', 'authorization'],
  ['server returned HTTP status 404 Not Found', 'metrics_path'],
  ['expected value after metric, got "\\n" ("LINEBREAK") while parsing: "a" (line 3)', 'the line says where'],
])('says what to do about %s', (lastError, help) => {
  expect(downHelp(lastError)).toContain(help);
});

it('says nothing where it knows nothing', () => {
  expect(downHelp('server returned HTTP status 500 Internal Server Error')).toBeNull();
  expect(downHelp('')).toBeNull();
});
