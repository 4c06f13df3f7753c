import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultHttpClientConfig } from '#lib/http-config';
import { type FakeReceiver, startFakeReceiver } from '#test/fake-receiver';
import { filesOf } from '#test/notifier';
import { createHttpPost, type HttpPost } from './http-post.ts';

let receiver: FakeReceiver;
let http: HttpPost;
beforeEach(async () => {
  receiver = await startFakeReceiver();
  http = createHttpPost({ files: filesOf({}), env: {} });
});
afterEach(async () => {
  await http.close();
  await receiver.close();
});

function post(path: string, signal = AbortSignal.timeout(5000)) {
  const headers = { 'content-type': 'text/plain' };
  return http.post({ url: `${receiver.url}${path}`, headers, body: 'ä', client: defaultHttpClientConfig, signal });
}

describe('a post over the network', () => {
  it('gives back any answer', async () => {
    receiver.answers.push({ status: 503, headers: { 'retry-after': '3', 'content-type': 'a/b' }, body: 'büsy' });
    expect(await post('/x')).toEqual({ status: 503, contentType: 'a/b', retryAfter: '3', body: 'büsy' });
    expect(receiver.requests[0]).toMatchObject({ method: 'POST', path: '/x', body: 'ä' });
  });

  it('that gets no answer says why, but not where it went', async () => {
    await receiver.close();
    const message = await post('/services/T/B/secret?key=1').catch((error: Error) => error.message);
    expect(message).toMatch(/^Post "<redacted>": .*refused/);
    expect(message).not.toContain('secret');
  });

  it('ends with its signal', async () => {
    receiver.answers.push({ hang: true });
    await expect(post('/secret', AbortSignal.timeout(20))).rejects.toThrow(
      /^Post "<redacted>": context deadline exceeded$/,
    );
  });
});
