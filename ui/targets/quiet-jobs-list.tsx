import { roughDuration } from '../format/duration.ts';
import type { QuietJob } from './quiet-jobs.ts';

/** What keeps jobs without targets, above those that have some. */
export function QuietJobsList({ jobs, now }: { readonly jobs: readonly QuietJob[]; readonly now: number }) {
  if (jobs.length === 0) return null;
  return (
    <ul className="partial-note" data-testid="quiet-jobs">
      {jobs.map(({ key, job, mechanism, text, since, bad }) => (
        <li key={key} className={bad ? 'bad' : undefined}>
          <b>{job}</b>
          {mechanism === null ? '' : ` (${mechanism})`}: {text}
          {since === null ? '' : ` (for ${roughDuration(now - Date.parse(since))})`}
        </li>
      ))}
    </ul>
  );
}
