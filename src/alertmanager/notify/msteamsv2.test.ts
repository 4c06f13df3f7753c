import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { msteamsv2 } from './msteamsv2.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'msteamsv2_configs', create: msteamsv2 });
});
afterEach(() => bench.close());

describe('a workflow of Teams', () => {
  it('gets an adaptive card', async () => {
    expect(await bench.send('{webhook_url: "URL/workflows/x", text: "{{ .Status }}"}')).toMatchObject({ ok: true });
    expect(bench.receiver.requests[0]!.path).toBe('/workflows/x');
    expect(bench.json()).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.2',
            body: [
              {
                type: 'TextBlock',
                text: '[FIRING:1] DiskFull (a critical)',
                weight: 'Bolder',
                size: 'Medium',
                wrap: true,
                style: 'heading',
                color: 'Attention',
              },
              { type: 'TextBlock', text: 'firing', wrap: true },
            ],
            msteams: { width: 'full' },
          },
        },
      ],
    });
  });

  it('gets a list of alerts in Markdown unless told otherwise, in green when all is over', async () => {
    await bench.send('{webhook_url: URL}', RESOLVED);
    const card = bench.json() as { attachments: { content: { body: { text: string; color?: string }[] } }[] };
    const [heading, text] = card.attachments[0]!.content.body;
    expect(heading!.color).toBe('Good');
    expect(text!.text).toBe(
      '# 1 resolved\n\n**Disk is full**\n\n- alertname: DiskFull\n- instance: a\n- severity: critical\n\n[Source](http://prometheus/graph?g0.expr=up)\n',
    );
  });

  it('is asked again after 502, not after 413', async () => {
    bench.receiver.answers.push({ status: 502 }, { status: 413 });
    const send = await bench.open('{webhook_url: URL}');
    expect(await send(FIRING)).toMatchObject({ retry: true });
    expect(await send(FIRING)).toMatchObject({ retry: false });
  });
});
