/** What this server is called, as its page says when it comes: --web.page-title. */
const server = document.title;

/** Names the browser's tab. */
export function namePage(title: string): void {
  document.title = `${title} · ${server}`;
}
