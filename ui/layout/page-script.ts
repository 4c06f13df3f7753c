/** The script that a page of ours starts with, as its text names it; null when it is no page of ours. */
export function scriptOf(html: string): string | null {
  if (!html.includes('name="barograph-prefix"')) return null;
  return /<script[^>]*\ssrc="([^"]+)"/.exec(html)?.[1] ?? null;
}
