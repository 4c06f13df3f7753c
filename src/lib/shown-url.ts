/** The URL with the password in it, if any, replaced by `xxxxx`: for logs, pages and the printed configuration. */
export function shownUrl(text: string): string {
  // Go takes what stands before the last @ of the authority for user and password, and the first colon between them.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#:]*):[^/?#]*@/i, '$1:xxxxx@');
}

/** As `shownUrl`, and the values of the query are `xxxxx`, too: for URLs whose query may hold a token. */
export function shownWithoutQuery(text: string): string {
  const hidden = (query: string) => query.replace(/([?&;])(?:([^=&;]*=)[^&;]*|[^=&;]+)/g, '$1$2xxxxx');
  return shownUrl(text).replace(/\?[^#]*/, hidden);
}
