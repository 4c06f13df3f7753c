/** What a page gets: the named parts of its path (`uid` of `/d/:uid`). */
export interface PageProps {
  readonly params: Readonly<Record<string, string | undefined>>;
}
