import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { Annotation } from '../alerts/annotation.tsx';
import { usePrometheus } from '../api/answers.ts';
import type { RuleAdviceJson, RuleGroupJson, RuleJson } from '../api/prometheus.ts';
import { agoText, durationText } from '../format/duration.ts';
import { formatSeconds } from '../format/number.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { Icon } from '../parts/icon.tsx';
import { LabelChips } from '../parts/label-chips.tsx';
import { ReloadNote } from '../parts/reload-note.tsx';
import { Segments } from '../parts/segments.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { queryUrl } from '../query/query-url.ts';
import { useSearchState } from '../state/location.ts';

type Shown = 'all' | 'recording' | 'alerting' | 'firing' | 'broken';

type Row =
  | { readonly kind: 'group'; readonly key: string; readonly group: RuleGroupJson; readonly rules: number }
  | { readonly kind: 'rule'; readonly key: string; readonly rule: RuleJson };

/** The rule groups: whether each rule works, when it ran and how long it took. */
export function RulesPage() {
  const rules = usePrometheus<{ groups: readonly RuleGroupJson[] }>('rules', { every: 15_000 });
  const [search, change] = useSearchState();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const show = shownOf(search.get('show'));
  const filter = search.get('filter') ?? '';
  const groups = rules.data?.data.groups;
  const rows = useMemo(() => ruleRows(groups ?? [], { show, filter, closed }), [groups, show, filter, closed]);
  const all = useMemo(() => (groups ?? []).flatMap((group) => group.rules), [groups]);
  const now = rules.dataUpdatedAt || Date.now();
  return (
    <div data-testid="rules">
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter rules"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      <LoadingLine active={rules.isPending} />
      <ReloadNote every={15_000} />
      <div className="list-controls">
        <Segments
          label="Which rules"
          value={show}
          onChange={(next) => change({ show: next === 'all' ? null : next }, 'push')}
          options={[
            { value: 'all', label: 'All', count: all.length },
            { value: 'alerting', label: 'Alerting', count: all.filter((rule) => fits(rule, 'alerting')).length },
            { value: 'recording', label: 'Recording', count: all.filter((rule) => fits(rule, 'recording')).length },
            {
              value: 'firing',
              label: 'Firing',
              count: all.filter((rule) => fits(rule, 'firing')).length,
              state: 'bad',
            },
            {
              value: 'broken',
              label: 'Failing',
              count: all.filter((rule) => fits(rule, 'broken')).length,
              state: 'bad',
            },
          ]}
        />
      </div>
      {rules.isError ? (
        <ErrorNote
          what="The rules"
          error={rules.error}
          stale={groups !== undefined}
          retry={() => void rules.refetch()}
        />
      ) : null}
      {groups !== undefined && rows.length === 0 ? (
        <EmptyNote title={all.length === 0 ? 'No rules are loaded' : 'No rule matches'}>
          {all.length === 0 ? (
            <>
              Name rule files under <span className="mono">rule_files</span> in the configuration and reload.
            </>
          ) : (
            'Change the filter above.'
          )}
        </EmptyNote>
      ) : null}
      <VirtualList items={rows} keyOf={({ key }) => key} estimate={30}>
        {(row) =>
          row.kind === 'group' ? (
            <GroupHead
              row={row}
              now={now}
              open={!closed.has(row.key)}
              toggle={() => setClosed(toggled(closed, row.key))}
            />
          ) : (
            <RuleLine
              rule={row.rule}
              now={now}
              open={open.has(row.key)}
              toggle={() => setOpen(toggled(open, row.key))}
            />
          )
        }
      </VirtualList>
    </div>
  );
}

function shownOf(text: string | null): Shown {
  return text === 'recording' || text === 'alerting' || text === 'firing' || text === 'broken' ? text : 'all';
}

function fits({ type, state, health }: RuleJson, show: Shown): boolean {
  if (show === 'recording' || show === 'alerting') return type === show;
  if (show === 'firing') return state === 'firing';
  return show === 'all' || health === 'err';
}

interface RuleRowsOptions {
  readonly show: Shown;
  readonly filter: string;
  readonly closed: ReadonlySet<string>;
}

function ruleRows(groups: readonly RuleGroupJson[], { show, filter, closed }: RuleRowsOptions): Row[] {
  return groups.flatMap((group): Row[] => {
    const key = `${group.file} ${group.name}`;
    const rules = group.rules.filter(
      (rule) => fits(rule, show) && (filter === '' || containsWords(filter, searchText(group, rule))),
    );
    if (rules.length === 0) return [];
    const head: Row = { kind: 'group', key, group, rules: rules.length };
    if (closed.has(key)) return [head];
    // Two rules of a group may have one name: their place tells them apart.
    return [head, ...rules.map((rule, i): Row => ({ kind: 'rule', key: `${key} ${i} ${rule.name}`, rule }))];
  });
}

function searchText(group: RuleGroupJson, { name, query, labels = {} }: RuleJson): string {
  return [
    group.name,
    group.file,
    name,
    query,
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
  ].join('\n');
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}

interface GroupHeadProps {
  readonly row: Extract<Row, { kind: 'group' }>;
  readonly now: number;
  readonly open: boolean;
  readonly toggle: () => void;
}

function GroupHead({ row: { group, rules }, now, open, toggle }: GroupHeadProps) {
  const slow = group.interval > 0 && group.evaluationTime > group.interval;
  return (
    <button type="button" className="group-head" aria-expanded={open} onClick={toggle} data-testid="rule-group">
      <span className={open ? 'turn open' : 'turn'}>
        <Icon name="right" />
      </span>
      <b className="clip">{group.name}</b>
      <span className="dim clip">{group.file}</span>
      <span className="group-end">
        <span className="wide-only">{rules === 1 ? '1 rule' : `${rules} rules`}</span>
        <span className="wide-only">every {durationText(group.interval * 1000)}</span>
        <span>{agoText(Date.parse(group.lastEvaluation), now)}</span>
        <span
          className={slow ? 'bad' : ''}
          title={slow ? 'Longer than the interval: evaluations are missed' : 'The last evaluation took'}
        >
          {formatSeconds(group.evaluationTime)}
        </span>
      </span>
    </button>
  );
}

interface RuleLineProps {
  readonly rule: RuleJson;
  readonly now: number;
  readonly open: boolean;
  readonly toggle: () => void;
}

function RuleLine({ rule, now, open, toggle }: RuleLineProps) {
  const { name, query, labels = {}, annotations = {}, lastError, duration = 0, keepFiringFor = 0 } = rule;
  return (
    <div className="entry" data-testid="rule">
      <button type="button" className="entry-main" onClick={toggle} aria-expanded={open}>
        <HealthBadge rule={rule} />
        <b>{name}</b>
        <span className="mono dim clip rule-query" title={query}>
          {query}
        </span>
        <RuleState rule={rule} />
        {rule.advice === undefined ? null : (
          <span className="warn" title={rule.advice.findings.join('\n')} data-testid="rule-advised">
            {rule.advice.findings.length === 1 ? '1 hint' : `${rule.advice.findings.length} hints`}
          </span>
        )}
        <span className="group-end">
          <span className="wide-only">{agoText(Date.parse(rule.lastEvaluation), now)}</span>
          <span>{formatSeconds(rule.evaluationTime)}</span>
        </span>
      </button>
      {lastError === undefined || lastError === '' ? null : <p className="entry-error mono">{lastError}</p>}
      {open ? (
        <dl className="details">
          <dt>Expression</dt>
          <dd>
            <Link
              href={queryUrl([query], { tab: rule.type === 'recording' ? 'graph' : 'table' })}
              className="mono rule-expression"
              data-testid="rule-query"
            >
              {query}
            </Link>
          </dd>
          {rule.advice === undefined ? null : <RuleHints advice={rule.advice} type={rule.type} />}
          {Object.keys(labels).length === 0 ? null : (
            <>
              <dt>Labels</dt>
              <dd>
                <LabelChips labels={labels} />
              </dd>
            </>
          )}
          {duration > 0 ? (
            <>
              <dt>For</dt>
              <dd>{durationText(duration * 1000)}</dd>
            </>
          ) : null}
          {keepFiringFor > 0 ? (
            <>
              <dt>Keep firing for</dt>
              <dd>{durationText(keepFiringFor * 1000)}</dd>
            </>
          ) : null}
          {Object.entries(annotations).map(([annotation, text]) => (
            <Annotation key={annotation} name={annotation} text={text} />
          ))}
          {rule.type === 'alerting' ? (
            <>
              <dt>Alerts</dt>
              <dd>
                <Link href={`/alerts?filter=${encodeURIComponent(`alertname=${name}`)}`}>
                  {rule.alerts?.length ?? 0} active
                </Link>
              </dd>
            </>
          ) : (
            <>
              <dt>Records</dt>
              <dd>
                <Link href={queryUrl([name], { tab: 'graph' })} className="mono">
                  {name}
                </Link>
              </dd>
            </>
          )}
        </dl>
      ) : null}
    </div>
  );
}

function RuleHints({ advice, type }: { readonly advice: RuleAdviceJson; readonly type: RuleJson['type'] }) {
  return (
    <>
      <dt>{advice.findings.length === 1 ? 'Hint' : 'Hints'}</dt>
      <dd data-testid="rule-hints">
        {advice.findings.map((text) => (
          <div key={text}>{text}.</div>
        ))}
      </dd>
      {advice.query === undefined ? null : (
        <>
          <dt>Better</dt>
          <dd>
            <Link
              href={queryUrl([advice.query], { tab: type === 'recording' ? 'graph' : 'table' })}
              className="mono rule-expression"
            >
              {advice.query}
            </Link>
          </dd>
        </>
      )}
    </>
  );
}

function HealthBadge({ rule: { health } }: { readonly rule: RuleJson }) {
  if (health === 'ok') return <span className="badge good">ok</span>;
  return health === 'err' ? <span className="badge bad">error</span> : <span className="badge">not run yet</span>;
}

function RuleState({ rule: { state, alerts = [] } }: { readonly rule: RuleJson }) {
  if (state === 'firing')
    return <span className="bad">{alerts.filter((alert) => alert.state === 'firing').length} firing</span>;
  return state === 'pending' ? <span className="warn">{alerts.length} pending</span> : null;
}
