import { BarographError } from './errors.ts';

/** An element: its text when it has no elements inside. Attributes and namespaces are left out. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s/>]+)(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>|([^<]+)/y;

/** Reads a document as web services write them: no document types, the five named entities. Throws for anything else. */
export function parseXml(text: string): XmlElement {
  const root: Open = { name: '', children: [], text: '' };
  const open: Open[] = [root];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) throw malformed('a tag is not complete');
    take(token, open);
  }
  const [element] = root.children;
  if (open.length > 1) throw malformed(`<${open.at(-1)!.name}> is not closed`);
  if (element === undefined || root.children.length > 1) throw malformed('it is not one element');
  return element;
}

function take([, cdata, closing, tag, single, text]: RegExpExecArray, open: Open[]): void {
  const inner = open.at(-1)!;
  if (cdata !== undefined) inner.text += cdata;
  else if (text !== undefined) inner.text += decodeEntities(text);
  else if (tag !== undefined) {
    const name = tag.slice(tag.indexOf(':') + 1);
    if (name.startsWith('!')) throw malformed('document types are not read');
    if (closing === '') open.push({ name, children: [], text: '' });
    if (closing === '/' || single === '/') close(name, open);
  }
}

function close(name: string, open: Open[]): void {
  const element = open.pop()!;
  const outer = open.at(-1);
  if (outer === undefined || element.name !== name) throw malformed(`</${name}> closes <${element.name}>`);
  outer.children.push({ ...element, text: element.children.length > 0 ? '' : element.text });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(#x?)?(\w+);/g, (whole, number: string | undefined, word: string) => {
    if (number === undefined) return ENTITIES[word] ?? whole;
    const code = Number.parseInt(word, number === '#x' ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The elements of this name inside another. */
export function xmlChildren(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first element at the end of a path of names. */
export function xmlAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((current, name) => xmlChildren(current, name)[0], element);
}

/** Its text, or ''. */
export function xmlText(element: XmlElement | undefined, ...path: readonly string[]): string {
  return xmlAt(element, ...path)?.text ?? '';
}

function malformed(reason: string): BarographError {
  return new BarographError(`malformed XML: ${reason}`, { kind: 'unavailable', code: 'malformed-xml' });
}
