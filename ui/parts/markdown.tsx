import DOMPurify from 'dompurify';
import { Marked } from 'marked';
import { useMemo } from 'react';

const ALLOWED = [
  'a',
  'b',
  'strong',
  'i',
  'em',
  'code',
  'pre',
  'p',
  'br',
  'ul',
  'ol',
  'li',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'hr',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'del',
];

/**
 * Markdown from strangers. HTML in it is shown as the text it is; images are left out, because fetching one would tell
 * its owner that the page was read. Links open elsewhere.
 */
export function Markdown({ text }: { readonly text: string }) {
  const html = useMemo(() => sanitized(text), [text]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: DOMPurify has cleaned it
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}

const reader = new Marked({ gfm: true, breaks: true, renderer: { html: ({ text }) => escaped(text) } });

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function sanitized(text: string): string {
  const fragment = DOMPurify.sanitize(reader.parse(text, { async: false }), {
    ALLOWED_TAGS: ALLOWED,
    ALLOWED_ATTR: ['href', 'title'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|\/)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
}
