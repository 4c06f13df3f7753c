import { describe, expect, it } from 'vitest';
import { parseXml, xmlAt, xmlChildren, xmlText } from './xml.ts';

describe('XML of web services', () => {
  it('is read as elements and texts', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<!-- note --><r xmlns="u" a="b>c"><s:item>1 &lt; &#65;&#x42; &amp;amp;</s:item>' +
        '<item><![CDATA[<x>]]></item><none/><deep> <a><b>c</b></a> </deep></r>\n',
    );
    expect(xmlChildren(root, 'item').map(({ text }) => text)).toEqual(['1 < AB &amp;', '<x>']);
    expect(xmlText(root, 'deep', 'a', 'b')).toBe('c');
    expect([xmlText(root, 'none'), xmlText(root, 'absent', 'x'), xmlAt(root, 'absent')]).toEqual(['', '', undefined]);
    expect(xmlText(root, 'deep')).toBe('');
  });

  it.each([
    ['', 'it is not one element'],
    ['<a/><b/>', 'it is not one element'],
    ['<a><b></a>', '</a> closes <b>'],
    ['<a>', '<a> is not closed'],
    ['</a>', '</a> closes <>'],
    ['<a', 'a tag is not complete'],
    ['<!DOCTYPE a []><a/>', 'document types are not read'],
  ])('that is malformed is refused: %s', (text, reason) => {
    expect(() => parseXml(text)).toThrow(`malformed XML: ${reason}`);
  });
});
