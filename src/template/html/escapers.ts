import { printed, sprint } from '../print.ts';
import { ANY, type FunctionTable, GoText, stringOf, type TemplateFunction, type Value } from '../value.ts';
import { attributeKind } from './attribute-kind.ts';
import type { Content } from './content.ts';
import { cssString, cssValue } from './css-escapers.ts';
import { strippedTags } from './html-tags.ts';
import { jsRegexp, jsString, jsTemplateText, jsValue } from './js-escapers.ts';
import { escapedUrl, filteredSrcset, filteredUrl, normalizedUrl } from './url-escapers.ts';

/** What stands in the output for what would be unsafe there. */
export const UNSAFE = 'ZgotmplZ';

/** The functions that escaping adds to pipelines. Templates cannot name them. */
export const ESCAPERS: FunctionTable = {
  _html_template_htmlescaper: escaper(({ text, kind }) => (kind === 'html' ? text : htmlText(text))),
  _html_template_rcdataescaper: escaper(({ text, kind }) => (kind === 'html' ? knownHtml(text) : htmlText(text))),
  _html_template_attrescaper: escaper(({ text, kind }) =>
    kind === 'html' ? knownHtml(strippedTags(text)) : htmlText(text),
  ),
  _html_template_nospaceescaper: escaper(unquotedValue),
  _html_template_htmlnamefilter: escaper(({ text }) => attributeName(text)),
  _html_template_commentescaper: escaper(() => ''),
  _html_template_cssescaper: escaper(({ text }) => cssString(text)),
  _html_template_cssvaluefilter: escaper(({ text }) => cssValue(text) ?? UNSAFE),
  _html_template_jsregexpescaper: escaper(({ text }) => jsRegexp(text)),
  _html_template_jsstrescaper: escaper(({ text }) => jsString(text)),
  _html_template_jstmpllitescaper: escaper(({ text }) => jsTemplateText(text)),
  _html_template_jsvalescaper: { params: [ANY], call: ([value = null]) => jsValue(value) },
  _html_template_srcsetescaper: escaper((content) => filteredSrcset(content, `#${UNSAFE}`)),
  _html_template_urlescaper: escaper(({ text, kind }) => (kind === 'url' ? normalizedUrl(text) : escapedUrl(text))),
  _html_template_urlfilter: escaper((content) => filteredUrl(content, `#${UNSAFE}`)),
  _html_template_urlnormalizer: escaper(({ text }) => normalizedUrl(text)),
  _eval_args_: { params: [], variadic: ANY, call: joinedArguments },
};

function escaper(run: (content: Content) => string): TemplateFunction {
  return { params: [ANY], call: ([value = null]) => run(contentOf(value)) };
}

function contentOf(value: Value): Content {
  if (value === null) return { text: '', kind: 'plain' };
  const text = stringOf(value) ?? printed(value);
  if (!(value instanceof GoText)) return { text, kind: 'plain' };
  return { text, kind: value.type === 'template.HTML' ? 'html' : value.type === 'template.URL' ? 'url' : 'plain' };
}

function joinedArguments(values: readonly Value[]): string {
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : sprint(values);
}

const MARKS: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};

function htmlText(text: string): string {
  return text.replace(/[\0"'&+<>]/g, (char) => MARKS[char]!);
}

/** Text that is HTML already: its entities stay. */
function knownHtml(text: string): string {
  return text.replace(/[\0"'+<>]/g, (char) => MARKS[char]!);
}

function unquotedValue({ text, kind }: Content): string {
  // Nothing at all would swallow what follows.
  if (text === '') return UNSAFE;
  const source = kind === 'html' ? strippedTags(text) : text;
  return source.replace(/[\0\t-\r "&'+<=>`\ufdd0-\ufdef\ufff0-\uffff]/g, (char) => {
    if (char === '&' && kind === 'html') return char;
    if (char === '\0' || char >= '\ufdd0') return `&#x${(char.charCodeAt(0) || 0xfffd).toString(16)};`;
    return MARKS[char] ?? `&#${char.charCodeAt(0)};`;
  });
}

function attributeName(text: string): string {
  const name = text.toLowerCase();
  return attributeKind(name) === 'plain' && /^[a-z0-9]+$/.test(name) ? name : UNSAFE;
}
