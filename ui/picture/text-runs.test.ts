import { describe, expect, it } from 'vitest';
import { textBlocks } from './text-blocks.ts';
import { htmlRuns } from './text-runs.ts';

describe('the words inside of a block', () => {
  it('are bold, code, a link or colored where HTML says so', () => {
    expect(htmlRuns('One <b>bold <code>x</code></b> word and\n <span style="color: #F00">red</span>.')).toEqual([
      { words: 'One ' },
      { words: 'bold ', bold: true },
      { words: 'x', bold: true, mono: true },
      { words: ' word and ' },
      { words: 'red', color: '#F00' },
      { words: '.' },
    ]);
    expect(htmlRuns('<a href="/x"><strong>Run</strong> book</a>')).toEqual([
      { words: 'Run', bold: true, color: '--link' },
      { words: ' book', color: '--link' },
    ]);
    expect(htmlRuns('<font color=green>ok</font> <span style="font-weight:600">all</span>')).toEqual([
      { words: 'ok', color: 'green' },
      { words: ' ' },
      { words: 'all', bold: true },
    ]);
  });

  it('keep their breaks and no spaces around them', () => {
    expect(htmlRuns(' <i>One</i> <br/> two <!-- no --> <b> </b>')).toEqual([
      { words: 'One' },
      { words: '\n' },
      { words: 'two' },
    ]);
  });

  it('are not spoiled by tags that are left open, closed twice or made up', () => {
    expect(htmlRuns('</b>a<b>b</i>c</b></b>d<')).toEqual([
      { words: 'a' },
      { words: 'b', bold: true },
      { words: 'c', bold: true },
      { words: 'd<' },
    ]);
    expect(htmlRuns('<b style="color:url(x)" style=>a</b>')).toEqual([{ words: 'a', bold: true }]);
  });

  it('say what stands for an image', () => {
    expect(htmlRuns('<img src=x alt="Our logo"><img src=y>')).toEqual([{ words: '[Our logo]' }]);
  });

  it('are the same out of Markdown', () => {
    const [block] = textBlocks('Run **df `-h`** at [home](https://a.example)', 'markdown');
    expect(block!.runs).toEqual([
      { words: 'Run ' },
      { words: 'df ', bold: true },
      { words: '-h', bold: true, mono: true },
      { words: ' at ' },
      { words: 'home', color: '--link' },
    ]);
  });
});
