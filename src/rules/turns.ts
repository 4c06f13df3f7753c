/** Lets at most `limit` runs go on at once; the others wait in the order in which they came. */
export function turns(limit: number): (run: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await run();
    } finally {
      const next = waiting.shift();
      // The place is handed over, not given back.
      if (next) next();
      else running--;
    }
  };
}
