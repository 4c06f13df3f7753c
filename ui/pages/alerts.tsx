import { Suspense, useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { AlertLine } from '../alerts/alert-line.tsx';
import {
  type AlertEntry,
  type AlertRowsOptions,
  type AlertState,
  alertEntries,
  alertRows,
  countAlerts,
  filterAlerts,
} from '../alerts/alert-rows.ts';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { EndedList } from '../alerts/ended-list.tsx';
import { draftFor } from '../alerts/silence-draft.ts';
import type { AlertJson } from '../api/alertmanager.ts';
import { useAlertmanager, usePrometheus } from '../api/answers.ts';
import type { RuleGroupJson } from '../api/prometheus.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { ReloadNote } from '../parts/reload-note.tsx';
import { Segments } from '../parts/segments.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { useSearchState } from '../state/location.ts';

const SilenceForm = lazyPart(async () => (await import('../alerts/silence-form.tsx')).SilenceForm);

const EVERY = 10_000;
const NO_GROUPS: readonly RuleGroupJson[] = [];
const NO_ALERTS: readonly AlertJson[] = [];

/** Every alert that is pending, fires or is kept quiet, grouped; from here it is silenced or looked into. */
export function AlertsPage() {
  const rules = usePrometheus<{ groups: readonly RuleGroupJson[] }>('rules', {
    params: { type: 'alert' },
    every: EVERY,
  });
  const received = useAlertmanager<readonly AlertJson[]>('alerts', { every: EVERY });
  const [search, change] = useSearchState();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [silencing, setSilencing] = useState<AlertEntry | null>(null);
  const shownState = stateOf(search.get('state'));
  const state = shownState === 'ended' ? 'all' : shownState;
  const filter = search.get('filter') ?? '';
  const receiver = search.get('receiver') ?? '';
  const by = search.get('by') ?? 'alertname';
  const groups = rules.data?.data.groups ?? NO_GROUPS;
  const alerts = received.data ?? NO_ALERTS;
  const entries = useMemo(() => alertEntries(groups, alerts), [groups, alerts]);
  // Typing stays quick with thousands of alerts: the list follows when there is time.
  const wanted = useDeferredValue(filter);
  const options: AlertRowsOptions = { state, filter: wanted, receiver, by, closed };
  const matching = useMemo(
    () => filterAlerts(entries, { state: 'all', filter: wanted, receiver, by, closed }),
    [entries, wanted, receiver, by, closed],
  );
  const shown = filterAlerts(matching, { ...options, filter: '' });
  const rows = alertRows(shown, options);
  const counts = countAlerts(matching);
  const live = useMemo(() => new Set(alerts.map(({ fingerprint }) => fingerprint)), [alerts]);
  const now = rules.dataUpdatedAt || Date.now();
  return (
    <div data-testid="alerts">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder='Filter: words or {severity="page"}'
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <AlertingNav />
      <LoadingLine active={rules.isPending} />
      <ReloadNote every={15_000} />
      <div className="list-controls">
        <Segments
          label="State"
          value={shownState}
          onChange={(next) => change({ state: next === 'all' ? null : next }, 'push')}
          options={[
            { value: 'all', label: 'All', count: matching.length },
            { value: 'firing', label: 'Firing', count: counts.firing, state: 'bad' },
            { value: 'pending', label: 'Pending', count: counts.pending, state: 'warn' },
            { value: 'suppressed', label: 'Suppressed', count: counts.suppressed },
            { value: 'ended', label: 'Ended' },
          ]}
        />
        {receiver === '' ? null : (
          <button
            type="button"
            className="button quiet"
            onClick={() => change({ receiver: null }, 'push')}
            data-testid="receiver-filter"
            title="Show the alerts of every receiver"
          >
            To receiver {receiver} <Icon name="close" />
          </button>
        )}
        <label className="check">
          Group by
          <select
            className="select"
            value={by}
            data-testid="group-by"
            onChange={(event) => change({ by: event.target.value === 'alertname' ? null : event.target.value })}
          >
            {labelNames(entries, by).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {rules.isError ? (
        <ErrorNote
          what="The rules"
          error={rules.error}
          stale={rules.data !== undefined}
          retry={() => void rules.refetch()}
        />
      ) : null}
      {received.isError ? (
        <ErrorNote
          what="Alertmanager's view (silences, receivers)"
          error={received.error}
          stale={received.data !== undefined}
          retry={() => void received.refetch()}
        />
      ) : null}
      {shownState === 'ended' ? (
        <EndedList filter={wanted} receiver={receiver} live={live} />
      ) : (
        <>
          {rules.data !== undefined && rows.length === 0 ? (
            <NoAlerts
              total={entries.length}
              groups={groups}
              clear={() => change({ filter: null, state: null, receiver: null })}
              seeEnded={() => change({ state: 'ended' }, 'push')}
              filtered={filter !== '' || receiver !== ''}
            />
          ) : null}
          <VirtualList items={rows} keyOf={({ key }) => key} estimate={34} className="alert-list">
            {(row) =>
              row.kind === 'group' ? (
                <button
                  type="button"
                  className="group-head"
                  aria-expanded={!closed.has(row.name)}
                  onClick={() => setClosed(toggled(closed, row.name))}
                  data-testid="alert-group"
                >
                  <span className={closed.has(row.name) ? 'turn' : 'turn open'}>
                    <Icon name="right" />
                  </span>
                  <b className="clip">{row.name}</b>
                  <GroupCounts entries={row.entries} />
                </button>
              ) : (
                <AlertLine
                  entry={row.entry}
                  now={now}
                  open={open.has(row.key)}
                  toggle={() => setOpen(toggled(open, row.key))}
                  silence={setSilencing}
                  choose={(name, value) => change({ filter: `${name}=${value}` }, 'push')}
                />
              )
            }
          </VirtualList>
        </>
      )}
      {silencing === null ? null : (
        <Suspense fallback={null}>
          {/* With the labels that Alertmanager has: external labels are among them. */}
          <SilenceForm
            initial={draftFor(silencing.known?.labels ?? silencing.labels)}
            close={() => setSilencing(null)}
          />
        </Suspense>
      )}
    </div>
  );
}

function stateOf(text: string | null): AlertState | 'all' | 'ended' {
  return text === 'firing' || text === 'pending' || text === 'suppressed' || text === 'ended' ? text : 'all';
}

function labelNames(entries: readonly AlertEntry[], current: string): string[] {
  const names = new Set(['alertname', 'severity', 'instance', 'job', current]);
  for (const { labels } of entries.slice(0, 2000)) for (const name of Object.keys(labels)) names.add(name);
  return [...names];
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

function GroupCounts({ entries }: { readonly entries: readonly AlertEntry[] }) {
  const { firing, pending, suppressed } = countAlerts(entries);
  return (
    <span className="group-counts">
      {firing > 0 ? <span className="bad">{firing} firing</span> : null}
      {pending > 0 ? <span className="warn">{pending} pending</span> : null}
      {suppressed > 0 ? <span className="dim">{suppressed} suppressed</span> : null}
    </span>
  );
}

interface NoAlertsProps {
  readonly total: number;
  readonly filtered: boolean;
  readonly groups: readonly RuleGroupJson[];
  readonly clear: () => void;
  readonly seeEnded: () => void;
}

function NoAlerts({ total, filtered, groups, clear, seeEnded }: NoAlertsProps) {
  const ended = (
    <button type="button" className="button" onClick={seeEnded} data-testid="see-ended">
      Look among those that are over
    </button>
  );
  if (total > 0 || filtered) {
    return (
      <EmptyNote title="No alert matches">
        {total === 0 ? null : (
          <>
            {total} {total === 1 ? 'is' : 'are'} hidden by the filter.{' '}
            <button type="button" className="button" onClick={clear}>
              Show all
            </button>{' '}
          </>
        )}
        {ended}
      </EmptyNote>
    );
  }
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
  return rules === 0 ? (
    <EmptyNote title="There are no alerting rules">
      Name rule files under <span className="mono">rule_files</span> in the configuration. Alerts sent to{' '}
      <span className="mono">/api/v2/alerts</span> appear here too.
    </EmptyNote>
  ) : (
    <EmptyNote title="Nothing is pending and nothing fires">
      {rules} {rules === 1 ? 'alerting rule watches' : 'alerting rules watch'}. <Link href="/rules">See the rules</Link>
      . {ended}
    </EmptyNote>
  );
}
