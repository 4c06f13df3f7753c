/** A word of another system as part of a label name: every character but letters, digits and `_` becomes `_`. */
export function sanitizeLabelName(word: string): string {
  return word.replace(/[^a-zA-Z0-9_]/gu, '_');
}

/** `host:port`, with brackets around an IPv6 address, as Go's `net.JoinHostPort`. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
