import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Millis } from '#model/time';

export interface ConfigWatch {
  readonly clock: Clock;
  /** Between the end of one look and the beginning of the next. */
  readonly interval: Millis;
  /** Reads the files and takes them over when they changed. Rejects when they cannot be used. */
  readonly look: () => Promise<void>;
  /** Hears of each problem once, and again when it becomes another one. */
  readonly refused: (error: unknown) => void;
}

/** Looks at the configuration again and again, until the function that it returns is called. */
export function watchConfiguration({ clock, interval, look, refused }: ConfigWatch): () => void {
  let lastProblem = '';
  const lookOnce = async () => {
    try {
      await look();
      lastProblem = '';
    } catch (error) {
      if (errorMessage(error) !== lastProblem) refused(error);
      lastProblem = errorMessage(error);
    }
  };
  let cancel = () => {};
  const later = () => {
    cancel = clock.after(interval, () => void lookOnce().finally(later));
  };
  later();
  return () => cancel();
}
