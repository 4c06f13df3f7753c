/** A value on its way into a page. */
export interface Content {
  readonly text: string;
  /** What the template's author vouches for: safeHtml and safeUrl. */
  readonly kind: 'plain' | 'html' | 'url';
}
