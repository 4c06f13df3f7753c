import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from '#promql/parse';
import { formatExpr } from '#promql/print';
import { type AdviceContext, adviseGroup, adviseRule, NOTHING_KNOWN, type RuleAdvice } from './advice.ts';
import { parseRuleFile } from './config.ts';
import { DEFAULT_RULES_YAML } from './default-rules.ts';
import { loadRuleGroups } from './load.ts';
import type { RuleGroup } from './rule.ts';

function groupsOf(text: string): readonly RuleGroup[] {
  const { groups, problems } = parseRuleFile(text);
  expect(problems).toEqual([]);
  return loadRuleGroups([{ path: 'rules.yml', groups }], { interval: 60_000, queryOffset: 0 }).groups;
}

const CONTEXT: AdviceContext = { ...NOTHING_KNOWN, interval: 60_000 };

/** The advice on one rule, written as YAML in one line. */
function advice(rule: string, context: Partial<AdviceContext> = {}): RuleAdvice {
  const [group] = groupsOf(`groups: [{name: g, rules: [${rule}]}]`);
  return adviseRule(group!.rules[0]!, { ...CONTEXT, ...context });
}

/** The same for a recording rule with this expression. */
function recorded(expr: string, context: Partial<AdviceContext> = {}): RuleAdvice {
  return advice(`{record: a:b:c, expr: '${expr}'}`, context);
}

function alerting(expr: string, rest = 'labels: {severity: page}'): RuleAdvice {
  return advice(`{alert: A, expr: '${expr}', ${rest}}`);
}

const FINE: RuleAdvice = { findings: [], expr: null };

describe('the rules of a user', () => {
  const groups = groupsOf(readFileSync('test/conformance/kit/user/rules.yml', 'utf8'));
  const named = new Map(
    groups.flatMap((group) => {
      const all = adviseGroup(group, NOTHING_KNOWN);
      return group.rules.map((rule, i) => [rule.name, all[i]!] as const);
    }),
  );

  it('has a ratio that is always 1, corrected by the label that its summary shows', () => {
    expect(named.get('HighErrorRate')!.findings).toEqual([
      'the ratio is always 1: both sides keep the label status, so that each series of status=~"5.." is divided by itself. Sum both sides over it',
    ]);
    expect(named.get('HighErrorRate')!.expr).toBe(
      'sum by (service) (rate(http_requests_total{status=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.05',
    );
  });

  it('has a template in an expression, and a quantile of raw buckets', () => {
    expect(named.get('HighLatency')!.findings.map((text) => text.split(':')[0])).toEqual([
      'service="{{ $labels.service }}" can never match',
      'histogram_quantile() of the bucket counters themselves looks at every request since the program began, and hardly moves',
    ]);
    expect(named.get('HighLatency')!.expr).toBe(
      'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m])) > 1',
    );
  });

  it('matches a class of codes as text, and sums what is left over the code', () => {
    expect(named.get('error_rate')!.findings[0]).toBe(
      'status="5xx" compares with the text 5xx itself, not with codes such as 503: write status=~"5.."',
    );
    expect(named.get('error_rate')!.expr).toBe(
      'sum without (status) (rate(http_requests_total{status=~"5.."}[5m])) / sum without (status) (rate(http_requests_total[5m]))',
    );
  });

  it('has nothing to say of the others', () => {
    for (const name of ['http_requests_per_second', 'cpu_usage_5m_avg', 'ServiceDown', 'HighCPUUsage']) {
      expect(named.get(name), name).toEqual(FINE);
    }
  });
});

describe('counters and gauges', () => {
  it('takes the rate of a gauge for a mistake, when its type is known or its name says it', () => {
    const typeOf = (name: string) => (name === 'queue_length' ? 'gauge' : null);
    expect(recorded('rate(queue_length[5m])', { typeOf }).expr).toBe('deriv(queue_length[5m])');
    expect(recorded('sum(increase(queue_length[5m]))', { typeOf }).expr).toBe('sum(delta(queue_length[5m]))');
    expect(recorded('rate(cpu_usage_percent[5m])').expr).toBe('deriv(cpu_usage_percent[5m])');
    expect(recorded('rate(queue_length[5m])')).toEqual(FINE);
    expect(recorded('rate(cpu_usage_percent[5m])', { typeOf: () => 'counter' })).toEqual(FINE);
  });

  it('sums rates, and never takes the rate of a sum', () => {
    expect(recorded('rate(sum by (job) (x_total)[5m:])').expr).toBe('sum by (job) (rate(x_total[5m]))');
    expect(recorded('max_over_time(sum(x_total)[5m:])')).toEqual(FINE);
  });

  it('compares the rate of a counter, not the counter', () => {
    expect(alerting('sum(errors_total) > 10').expr).toBe('sum(rate(errors_total[5m])) > 10');
    expect(alerting('errors_total == 0')).toEqual(FINE);
    expect(alerting('rate(errors_total[5m]) > 10')).toEqual(FINE);
  });

  it('looks through a range of at least two intervals', () => {
    const scraped = { scrapeInterval: 30_000 };
    expect(recorded('rate(x_total[30s])', scraped).expr).toBe('rate(x_total[2m])');
    expect(recorded('rate(x_total[1m])', scraped)).toEqual(FINE);
    expect(recorded('rate(x_total[30s])')).toEqual(FINE);
  });
});

describe('quantiles', () => {
  it('keeps le', () => {
    expect(recorded('histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))').expr).toBe(
      'histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m])))',
    );
    expect(recorded('histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m])))').expr).toBe(
      'histogram_quantile(0.9, sum without () (rate(x_bucket[5m])))',
    );
    expect(recorded('histogram_quantile(0.9, sum by (job) (rate(x[5m])))')).toEqual(FINE);
    expect(recorded('histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))')).toEqual(FINE);
  });
});

describe('ratios', () => {
  it('leaves ratios alone that are one on purpose or are not always 1', () => {
    expect(recorded('x{a="1"} / ignoring (a) x')).toEqual(FINE);
    expect(recorded('sum(x{a="1"}) / sum(x)')).toEqual(FINE);
    expect(recorded('x{a="1"} / y')).toEqual(FINE);
    expect(recorded('x / x offset 1h')).toEqual(FINE);
  });
});

describe('alerts', () => {
  it('wants a severity', () => {
    expect(alerting('up == 0', 'for: 5m').findings).toEqual([
      'the alert has no label severity, by which routes choose who is woken: add severity: warning, or critical',
    ]);
  });

  it('wants a for that outlasts the interval', () => {
    expect(alerting('up == 0', 'for: 30s, labels: {severity: page}').findings).toEqual([
      'for: 30s is shorter than the evaluation interval 1m: it acts as for: 1m. Write so, or evaluate the group more often',
    ]);
    expect(alerting('up == 0', 'for: 1m, labels: {severity: page}')).toEqual(FINE);
  });

  it('keeps values out of labels', () => {
    expect(alerting('up == 0', "labels: {severity: page, v: '{{ $value }}'}").findings).toHaveLength(1);
  });

  it('knows labels that the expression does not keep', () => {
    const summary = "labels: {severity: page}, annotations: {summary: '{{ $labels.instance }}'}";
    expect(alerting('sum by (job) (rate(x_total[5m])) > 1', summary).findings).toEqual([
      'a template shows $labels.instance, which is always empty: sum by (job) does not keep that label',
    ]);
    expect(alerting('sum by (job, instance) (rate(x_total[5m])) > 1', summary)).toEqual(FINE);
    expect(alerting('topk(3, rate(x_total[5m])) > 1', summary)).toEqual(FINE);
  });

  it('leaves bool out', () => {
    expect(alerting('up == bool 0').expr).toBe('up == 0');
  });
});

describe('what a running server knows', () => {
  it('names metrics that are not there, and the nearest that is', () => {
    const names = new Set(['http_requests_total', 'up']);
    expect(recorded('http_request_total', { names }).findings).toEqual([
      'no series is named http_request_total; did you mean http_requests_total?',
    ]);
    expect(recorded('absent(http_request_total)', { names })).toEqual(FINE);
    expect(recorded('up', { names })).toEqual(FINE);
  });
});

it('says nothing of the built-in rules, nor of any rule of the node exporter that is right', () => {
  for (const group of groupsOf(DEFAULT_RULES_YAML)) {
    expect(adviseGroup(group, NOTHING_KNOWN)).toEqual(group.rules.map(() => FINE));
  }
  const real = groupsOf(readFileSync('test/conformance/kit/real/node-exporter.rules.yml', 'utf8'));
  const said = real.flatMap((group) => adviseGroup(group, NOTHING_KNOWN).flatMap(({ findings }) => findings));
  expect(said).toEqual([]);
});

it('corrects to expressions that parse to themselves', () => {
  const expr = recorded('histogram_quantile(0.9, sum by (job) (x_bucket{c="5xx"} offset 1h))').expr!;
  expect(formatExpr(parse(expr))).toBe(expr);
  expect(expr).toBe('histogram_quantile(0.9, sum by (job, le) (rate(x_bucket{c=~"5.."}[5m] offset 1h)))');
});
