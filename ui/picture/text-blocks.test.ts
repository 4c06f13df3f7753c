import { describe, expect, it } from 'vitest';
import { textBlocks } from './text-blocks.ts';

const shown = (content: string, mode: string): string[] =>
  textBlocks(content, mode).map(({ kind, runs, depth }) => {
    return `${kind}${depth === 0 ? '' : ` ${depth}`}: ${runs.map(({ words }) => words).join('')}`;
  });

describe('a text in a picture', () => {
  it('keeps the shape of Markdown and the spaces between its words', () => {
    const content =
      '# Run **book**\nIf `df -h` &amp; *that* say so,\ncall [Ann](https://a.example).\n\n- one\n  - two\n\n> later\n\n---\n```\na  b\n```';
    expect(shown(content, 'markdown')).toEqual([
      'title: Run book',
      'words: If df -h & that say so,\ncall Ann.',
      'item: one',
      'item 1: two',
      'quote: later',
      'rule: ',
      'code: a  b',
    ]);
  });

  it('reads the words of HTML and never what it hides', () => {
    const content =
      '<style>p{}</style><h2>Hello &amp; <i>welcome</i></h2>\n<p>One<br>two &lt;3 &#8594;</p><script>alert("x")</script><ul><li>three</li></ul><!-- no --> end';
    expect(shown(content, 'html')).toEqual([
      'heading: Hello & welcome',
      'words: One\ntwo <3 →',
      'item: three',
      'words: end',
    ]);
  });

  it('reads HTML inside of Markdown', () => {
    expect(shown('a <b>bold</b> word<br>here\n\n<div>and <b>there</b></div>', 'markdown')).toEqual([
      'words: a bold word\nhere',
      'words: and there',
    ]);
  });

  it('leaves code as it is', () => {
    expect(shown('# not a title\n<b>', 'code')).toEqual(['code: # not a title\n<b>']);
  });
});
