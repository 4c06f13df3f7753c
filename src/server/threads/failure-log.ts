import { LineFile } from '#lib/line-file';
import type { Log } from '#lib/log';
import type { FailureLog } from '#scrape/loop';

/** A `scrape_failure_log_file`. Scraping does not wait for it to open; one that cannot be opened is named in the log. */
export function openFailureLog(path: string, log: Log): FailureLog {
  const opening = LineFile.open(path).catch((error: unknown) => {
    log.error('Failed scrapes are not written down', { error });
    return null;
  });
  return {
    write: (line) => void opening.then((file) => file?.write(line)),
    close: () => void opening.then((file) => file?.close()),
  };
}
