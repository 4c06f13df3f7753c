/**
 * Replaces `$1`, `${1}`, `$name`, `${name}` and `$$` in `template` by submatches, as Go's `Regexp.Expand`: a name runs as
 * far as word characters go, so `$1x` is the (absent, hence empty) group `1x`.
 */
export function expandTemplate(
  { groups }: { readonly groups: Readonly<Record<string, number>> },
  template: string,
  submatches: readonly string[],
): string {
  if (!template.includes('$')) return template;
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))?/g, (whole, braced?: string, bare?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? bare;
    if (name === undefined) return '$';
    const index = /^\d+$/.test(name) ? Number(name) : groups[name];
    return (index === undefined ? undefined : submatches[index]) ?? '';
  });
}
