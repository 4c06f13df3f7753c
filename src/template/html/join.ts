import type { Node } from '../syntax/node.ts';
import { type Context, contextText, faulty, nudged, sameContext } from './context.ts';

/** The context behind branches that end in `a` and in `b`; an error when what follows could not be escaped for both. */
export function joined(a: Context, b: Context, node: Node, branch: string): Context {
  if (a.state === 'Error' || b.state === 'Dead') return a;
  if (b.state === 'Error' || a.state === 'Dead') return b;
  if (sameContext(a, b)) return a;
  if (sameContext({ ...a, urlPart: b.urlPart }, b)) return { ...a, urlPart: 'Unknown' };
  if (sameContext({ ...a, jsCtx: b.jsCtx }, b)) return { ...a, jsCtx: 'Unknown' };
  const [moreA, moreB] = [nudged(a), nudged(b)];
  if (moreA !== a || moreB !== b) {
    const more = joined(moreA, moreB, node, branch);
    if (more.state !== 'Error') return more;
  }
  return faulty(`{{${branch}}} branches end in different contexts: ${contextText(a)}, ${contextText(b)}`, node);
}
