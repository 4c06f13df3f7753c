/** At most `limit` characters (code points, as Go counts runes); what is cut ends in an ellipsis. */
export function truncateRunes(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const runes = [...text];
  return runes.length <= limit ? text : `${runes.slice(0, limit - 1).join('')}…`;
}
