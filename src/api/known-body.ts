/** True when the client has what the tag names, and needs to hear no more than that (RFC 9110, section 13.1.2). */
export function isKnown(request: Request, etag: string): boolean {
  const known = (request.headers.get('If-None-Match') ?? '').split(',').map(withoutWeakness);
  return known.includes(withoutWeakness(etag)) || known.includes('*');
}

function withoutWeakness(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
