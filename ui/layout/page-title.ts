/** What this server is called, as its page said when it came: --web.page-title. */
let server: string | null = null;

/** Names the browser's tab. */
export function namePage(title: string): void {
  server ??= document.title || 'Barograph';
  document.title = `${title} · ${server}`;
}
