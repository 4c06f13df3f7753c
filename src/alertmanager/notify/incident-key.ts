/** The group key as 64 hex digits of SHA-256: what opens and closes an incident at a receiver. */
export async function incidentKey(groupKey: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(groupKey));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
