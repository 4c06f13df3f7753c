import { Suspense } from 'react';
import { lazyPart } from '../parts/lazy-part.tsx';
import { safeLink } from '../parts/safe-link.ts';

const Markdown = lazyPart(async () => (await import('../parts/markdown.tsx')).Markdown);

interface AnnotationProps {
  readonly name: string;
  readonly text: string;
}

/** An annotation in a list of details: a web address as a link, everything else as Markdown. */
export function Annotation({ name, text }: AnnotationProps) {
  // What a rule still has to fill in leads nowhere.
  const link = text.includes('{{') ? null : safeLink(text.trim());
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {link === null ? (
          <Suspense fallback={text}>
            <Markdown text={text} />
          </Suspense>
        ) : (
          <a href={link} target="_blank" rel="noopener noreferrer">
            {link}
          </a>
        )}
      </dd>
    </>
  );
}
