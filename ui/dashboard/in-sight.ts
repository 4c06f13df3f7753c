/** How far outside of the window panels are got ready. */
const AHEAD = '250px';

const listeners = new Map<Element, (inSight: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Tells whether an element is in sight or next to it, now and at every change, until the returned function is called. */
export function watchSight(element: Element, tell: (inSight: boolean) => void): () => void {
  // One for all: who is told together asks together.
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { rootMargin: AHEAD },
  );
  listeners.set(element, tell);
  observer.observe(element);
  return () => {
    listeners.delete(element);
    observer?.unobserve(element);
  };
}
