import { describe, expect, it } from 'vitest';
import { type StopSignal, StopSource } from './stop-signal.ts';

describe('a stop signal', () => {
  it.each([
    ['of the standard', () => new AbortController()],
    ['of our own', () => sourceAsController()],
  ])('%s tells each listener once, with the first reason', (_, create) => {
    const { signal, abort } = controlled(create());
    const heard: string[] = [];
    const gone = () => heard.push('gone');
    signal.addEventListener('abort', () => heard.push('first'), { once: true });
    signal.addEventListener('abort', gone, { once: true });
    signal.addEventListener('abort', () => heard.push('second'), { once: true });
    signal.removeEventListener('abort', gone);
    signal.removeEventListener('abort', gone);
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    abort('because');
    abort('again');
    signal.addEventListener('abort', () => heard.push('late'), { once: true });
    expect([signal.aborted, signal.reason, heard]).toEqual([true, 'because', ['first', 'second']]);
  });
});

function sourceAsController() {
  const source = new StopSource();
  return { signal: source, abort: (reason: unknown) => source.abort(reason) };
}

function controlled(controller: Pick<AbortController, 'abort'> & { readonly signal: StopSignal }) {
  const { signal } = controller;
  return { signal, abort: (reason: unknown) => controller.abort(reason) };
}
