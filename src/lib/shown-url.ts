/** The URL with the password in it, if any, replaced by `xxxxx`: for logs, pages and the printed configuration. */
export function shownUrl(text: string): string {
  // Go takes what stands before the last @ of the authority for user and password, and the first colon between them.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:]*):[^/?#]*@/i, '$1:xxxxx@');
}
