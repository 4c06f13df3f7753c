import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
// @ts-expect-error
import * as kit from '../../test/conformance/kit/lib/promqltest.mjs';
// @ts-expect-error
import { STALE } from '../../test/conformance/kit/lib/proto.mjs';
import { evaluateInstant, evaluateRange } from './engine.ts';
import { encodeData } from './json.ts';

const dir = new URL('../../test/conformance/kit/promql/', import.meta.url).pathname;
const options = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 50e6 };
const forms = JSON.parse(readFileSync(dir + 'at-forms.json', 'utf8')).forms;
const contextFuncs = /(start|end|range|step)\(\)/;

function toHist(h: any) {
  const conv = (m: Map<number, number>) => {
    const idx = [...m.keys()].sort((a, b) => a - b);
    const spans: any[] = [];
    const buckets: number[] = [];
    let next = 0;
    for (const i of idx) {
      if (spans.length && i === next) spans[spans.length - 1].length++;
      else spans.push({ offset: spans.length ? i - next : i, length: 1 });
      next = i + 1;
      buckets.push(m.get(i)!);
    }
    return { spans, buckets: Float64Array.from(buckets) };
  };
  const p = conv(h.pos),
    n = conv(h.neg);
  return {
    schema: h.schema,
    zeroThreshold: h.zeroThreshold,
    zeroCount: h.zeroCount,
    count: h.count,
    sum: h.sum,
    positiveSpans: p.spans,
    positiveBuckets: p.buckets,
    negativeSpans: n.spans,
    negativeBuckets: n.buckets,
    customBounds: h.schema === -53 ? Float64Array.from(h.custom) : null,
    counterResetHint: (['unknown', 'reset', 'not-reset', 'gauge'] as const)[h.hint]!,
  };
}

async function load(storage: MemoryStorage, cmd: any) {
  const a = storage.appender();
  const series = [...cmd.series];
  if (cmd.nhcb) series.push(...kit.nhcbSeries(cmd.series));
  for (const s of series) {
    const labels = Labels.from(s.labels);
    for (const p of s.points) {
      if (p.h) a.histogram(UNKNOWN_REF, labels, p.t, toHist(p.h) as any);
      else if (p.v === STALE) a.stale(UNKNOWN_REF, labels, p.t);
      else a.float(UNKNOWN_REF, labels, p.t, p.v);
    }
  }
  await a.commit();
}
const dec = new TextDecoder();
async function instant(st: MemoryStorage, ev: any, expr: string, at: number) {
  try {
    const r = await evaluateInstant(st, { expr, at }, options);
    if (ev.expect.fail.length) return 'expected failure';
    return (
      kit.checkAnnotations(ev, r.warnings, r.infos) ||
      kit.checkResult(
        ev,
        JSON.parse(dec.decode(encodeData(r))).resultType ? JSON.parse(dec.decode(encodeData(r))) : null,
      )
    );
  } catch (e) {
    if (process.env.STACK) console.log(e);
    return kit.checkFailure(ev, errorMessage(e));
  }
}
async function rangeMode(st: MemoryStorage, ev: any, expr: string, at: number) {
  let r;
  try {
    r = await evaluateRange(st, { expr, start: at - 60000, end: at + 60000, step: 60000 }, options);
  } catch (e) {
    return `range: query failed: ${errorMessage(e)}`;
  }
  if (ev.ordered) return null;
  const vec: any[] = [];
  for (const s of JSON.parse(dec.decode(encodeData(r))).result) {
    const v = (s.values || []).find(([t]: any) => Math.round(t * 1000) === at);
    const h = (s.histograms || []).find(([t]: any) => Math.round(t * 1000) === at);
    if (v) vec.push({ metric: s.metric, value: v });
    else if (h) vec.push({ metric: s.metric, histogram: h });
  }
  if (ev.scalar !== undefined)
    return vec.length ? kit.checkResult(ev, { resultType: 'scalar', result: vec[0].value }) : 'no point';
  const x = kit.checkResult(ev, { resultType: 'vector', result: vec });
  return x ? `range: ${x}` : null;
}
async function runEval(st: MemoryStorage, ev: any) {
  if (ev.range) {
    try {
      const r = await evaluateRange(st, { expr: ev.expr, start: ev.start, end: ev.end, step: ev.step }, options);
      if (ev.expect.fail.length) return 'expected failure';
      return (
        kit.checkAnnotations(ev, r.warnings, r.infos) || kit.checkResult(ev, JSON.parse(dec.decode(encodeData(r))))
      );
    } catch (e) {
      if (process.env.STACK) console.log(e);
      return kit.checkFailure(ev, errorMessage(e));
    }
  }
  const plain = await instant(st, ev, ev.expr, ev.start);
  if (plain) return plain;
  if (ev.expect.fail.length) return null;
  const single = !ev.rangeVector && ev.string === undefined;
  if (single && !contextFuncs.test(ev.expr)) {
    const b = await rangeMode(st, ev, ev.expr, ev.start);
    if (b) return b;
  }
  const form = forms[ev.expr];
  if (form) {
    const expr = form.replaceAll('{at}', (ev.start / 1000).toFixed(3));
    const times =
      ev.start === 0 ? [-1000, 1000] : [-10 * ev.start, 0, Math.trunc(ev.start / 5), ev.start, 10 * ev.start];
    for (const t of times) {
      const bad = await instant(st, ev, expr, t);
      if (bad) return `as ${expr} at ${t}: ${bad}`;
      if (single && !contextFuncs.test(expr)) {
        const b = await rangeMode(st, ev, expr, t);
        if (b) return `as ${expr} around ${t}: ${b}`;
      }
    }
  }
  return null;
}
it('kit', async () => {
  const only = process.env.ONLY ? new RegExp(process.env.ONLY) : null;
  let ok = 0,
    bad = 0;
  const sum: string[] = [];
  for (const f of readdirSync(dir)
    .filter((f) => f.endsWith('.test'))
    .sort()) {
    if (only && !only.test(f)) continue;
    let st = new MemoryStorage();
    let fo = 0,
      fb = 0;
    for (const c of kit.parseTest(readFileSync(dir + f, 'utf8'), f)) {
      if (c.type === 'clear') st = new MemoryStorage();
      else if (c.type === 'load') await load(st, c);
      else {
        const r = await runEval(st, c);
        if (r) {
          fb++;
          if (process.env.SHOW !== 'no') console.log(`FAIL ${f}:${c.line} ${c.expr}\n     ${r}`);
        } else fo++;
      }
    }
    sum.push(`${f}: ${fo} passed, ${fb} failed`);
    ok += fo;
    bad += fb;
  }
  console.log(sum.join('\n') + `\n${ok} passed ${bad} failed`);
}, 300000);
