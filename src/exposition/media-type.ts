/** A media type in lower case without its parameters, or what is wrong with the text. */
export type MediaType = { readonly type: string } | { readonly problem: string };

// RFC 2045 §5.1: what stands in a token; as there, a value is one or stands in quotes.
const TOKEN = "[!#$%&'*+\\-.0-9A-Z^_`a-z{|}~]+";
const TYPE = new RegExp(`\\s*(${TOKEN}/${TOKEN})\\s*(?=;|$)`, 'y');
const PARAMETER = new RegExp(`\\s*;\\s*(${TOKEN})\\s*=\\s*(${TOKEN}|"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*")`, 'y');
// Each run of spaces in one place only, or a long one takes for ever.
const END = /\s*(?:;\s*)?$/y;

/** Reads the value of a Content-Type header as Go's mime package does: what is wrong with a parameter is wrong. */
export function parseMediaType(text: string): MediaType {
  TYPE.lastIndex = 0;
  const found = TYPE.exec(text);
  if (found === null) return { problem: 'no media type' };
  const parameters = new Map<string, string>();
  let at = TYPE.lastIndex;
  for (;;) {
    END.lastIndex = at;
    if (END.test(text)) return { type: found[1]!.toLowerCase() };
    PARAMETER.lastIndex = at;
    const parameter = PARAMETER.exec(text);
    if (parameter === null) return { problem: 'invalid media parameter' };
    const [, name, value] = parameter as unknown as [string, string, string];
    const known = parameters.get(name.toLowerCase());
    if (known !== undefined && known !== value) return { problem: 'duplicate parameter name' };
    parameters.set(name.toLowerCase(), value);
    at = PARAMETER.lastIndex;
  }
}
