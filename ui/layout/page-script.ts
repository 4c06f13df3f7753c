/** The scripts that a page of ours starts with, as its text names them; null when it is no page of ours. */
export function scriptsOf(html: string): string | null {
  if (!html.includes('name="barograph-prefix"')) return null;
  const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map(([, src]) => src);
  return scripts.length === 0 ? null : scripts.join(' ');
}
