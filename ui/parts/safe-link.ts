/** The text when all of it is a web address; labels and annotations come from anywhere. */
export function safeLink(text: string | undefined): string | null {
  if (text === undefined || !/^https?:\/\/\S+$/i.test(text)) return null;
  return URL.canParse(text) ? text : null;
}
