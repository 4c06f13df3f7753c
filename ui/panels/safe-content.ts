import DOMPurify from 'dompurify';
import { Marked } from 'marked';

const reader = new Marked({ gfm: true, breaks: true });

/** No scripts, frames, forms or event handlers; pages of others learn nothing, because nothing of theirs is fetched. */
const RULES = {
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'iframe',
    'object',
    'embed',
    'link',
    'meta',
    'video',
    'audio',
    'svg',
    'math',
  ],
  FORBID_ATTR: ['id', 'name', 'srcset', 'action', 'formaction', 'ping', 'background'],
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  RETURN_DOM_FRAGMENT: true,
} as const;

/** Markdown (HTML in it counts) or HTML as elements that can do no harm. Links of other sites open in a tab of their own. */
export function safeContent(content: string, kind: 'markdown' | 'html'): DocumentFragment {
  const html = kind === 'markdown' ? reader.parse(content, { async: false }) : content;
  const fragment = DOMPurify.sanitize(html, {
    ...RULES,
    FORBID_TAGS: [...RULES.FORBID_TAGS],
    FORBID_ATTR: [...RULES.FORBID_ATTR],
  });
  for (const link of fragment.querySelectorAll('a')) {
    if (!/^https?:/i.test(link.getAttribute('href') ?? '')) continue;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const image of fragment.querySelectorAll('img')) {
    const source = image.getAttribute('src') ?? '';
    if (source.startsWith('data:image/') || /^\/(?!\/)/.test(source)) continue;
    image.replaceWith(document.createTextNode(image.alt === '' ? '' : `[${image.alt}]`));
  }
  for (const styled of fragment.querySelectorAll<HTMLElement>('[style]')) {
    if (/url|position|expression/i.test(styled.getAttribute('style') ?? '')) styled.removeAttribute('style');
  }
  return fragment;
}
