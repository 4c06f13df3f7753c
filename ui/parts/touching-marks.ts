/** Where something stands, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** From the middle of a diamond to its corner, its border with it. */
const REACH = 6;

/** The mark, then those whose diamonds touch or cover its own, the nearest first. */
export function touching<Mark extends { readonly at: Place }>(mark: Mark, marks: readonly Mark[]): Mark[] {
  const apart = ({ at }: Mark): number => Math.abs(at.x - mark.at.x) + Math.abs(at.y - mark.at.y);
  const others = marks.filter((other) => other !== mark && apart(other) <= 2 * REACH);
  return [mark, ...others.sort((a, b) => apart(a) - apart(b))];
}
