import { Link } from 'wouter';
import { usePrometheus } from '../api/answers.ts';

interface ReloadJson {
  readonly reloadConfigSuccess: boolean;
  readonly reloadConfigError?: string;
}

/** That the files could not be loaded when that was last tried: what is in force is not what is written. Else nothing. */
export function ReloadNote({ every }: { readonly every: number | false }) {
  const runtime = usePrometheus<ReloadJson>('status/runtimeinfo', { every }).data?.data;
  if (runtime === undefined || runtime.reloadConfigSuccess) return null;
  return (
    <div className="note-box bad" role="status" data-testid="failed-reload">
      <b>The configuration could not be loaded: the one before it is in force.</b>
      <p>
        <span className="mono">{runtime.reloadConfigError}</span> <Link href="/status">See the status</Link>.
      </p>
    </div>
  );
}
