import { describe, expect, it } from 'vitest';
import { labelLines, parsePastedLabels } from './pasted-labels.ts';

describe('pasted labels', () => {
  it.each([
    ['{"job":"a","__address__":"h:1"}', { job: 'a', __address__: 'h:1' }],
    ['up{job="a", instance="h:1"}', { __name__: 'up', job: 'a', instance: 'h:1' }],
    ['{job="a",}', { job: 'a' }],
    ['up', { __name__: 'up' }],
    ['{"http.requests", "k8s.pod"="a,\\"b\\""}', { __name__: 'http.requests', 'k8s.pod': 'a,"b"' }],
    ['job=a\n__address__: 10.0.0.1:9090\n\nteam: "x y"\n', { job: 'a', __address__: '10.0.0.1:9090', team: 'x y' }],
    ['a: \nb=c', { a: '', b: 'c' }],
    ['', {}],
  ])('%s', (text, labels) => {
    expect(parsePastedLabels(text)).toEqual({ labels, error: null });
  });

  it('say which part is none', () => {
    const error = '“what is this” is no label: write name="value", one to a line';
    expect(parsePastedLabels('job=a\nwhat is this\n')).toEqual({ labels: null, error });
  });

  it('are read again as they are written', () => {
    const labels = { job: 'a', __meta_x: 'say "hi"\n\\o/', 'k8s.pod name': '' };
    expect(labelLines(labels).split('\n')).toHaveLength(3);
    expect(parsePastedLabels(labelLines(labels))).toEqual({ labels, error: null });
  });
});
