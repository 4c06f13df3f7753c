import { afterFirstDraw } from './draw-queue.ts';

/** How far outside of the window panels are got ready, and so long after those inside of it are shown, ms. */
const AHEAD = '250px';
const SETTLED = 1000;

const listeners = new Map<Element, (inSight: boolean) => void>();
let observer: IntersectionObserver | null = null;
let forget = (): void => undefined;

/**
 * Tells whether an element is in sight, now and at every change, until the returned function is called. What is next to the
 * window counts as in sight as soon as all that is in it has been drawn.
 */
export function watchSight(element: Element, tell: (inSight: boolean) => void): () => void {
  if (observer === null) {
    observer = observe('0px');
    forget = afterFirstDraw(() => setTimeout(lookAhead, SETTLED));
  }
  listeners.set(element, tell);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer?.unobserve(element);
    if (listeners.size > 0) return;
    forget();
    observer = null;
  };
}

/** One for all: who is told together asks together. */
function observe(rootMargin: string): IntersectionObserver {
  return new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { rootMargin },
  );
}

function lookAhead(): void {
  // Everybody may have gone meanwhile.
  if (observer === null) return;
  observer.disconnect();
  observer = observe(AHEAD);
  for (const element of listeners.keys()) observer.observe(element);
}
