/** This server's own answer to a request, as its clients would get it. */
export type OwnAnswer = (request: Request) => Promise<Response>;

/**
 * Answers of this API that a page asks for as soon as it starts, as an element of that page: it then need not ask. Those that
 * fail are left out, so that the page asks and shows why. Paths are below `prefix`; nothing in the answers can end the element.
 */
export async function withAnswers(
  html: string,
  paths: readonly string[],
  { own, origin, prefix }: { readonly own: OwnAnswer; readonly origin: string; readonly prefix: string },
): Promise<string> {
  const answers = await Promise.all(
    paths.map(async (path) => {
      const answer = await own(new Request(`${origin}${prefix}${path}`));
      return answer.status === 200 ? [[path, await answer.text()]] : [];
    }),
  );
  const texts = JSON.stringify(Object.fromEntries(answers.flat())).replaceAll('<', '\\u003c');
  const element = `<script type="application/json" id="barograph-answers">${texts}</script>`;
  return html.replace('</body>', () => `${element}</body>`);
}
