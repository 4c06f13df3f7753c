/**
 * Kills a writer at random times, again and again, and counts what is missing: `node --import tsx test/soak/crash-loop.ts
 * [rounds] [series] [step]`. 200 rounds of 5000 series if not told otherwise. Ends with 1 when anything was lost, doubled or torn.
 */

import { crashRounds } from '#test/crash-loop';
import { scratch } from '#test/process';

const [rounds = '200', series = '5000', step = '500'] = process.argv.slice(2);
const folder = scratch();
const totals = { rounds: 0, acknowledged: 0, lost: 0, twice: 0, torn: 0, worstOpenMs: 0, worstOpenCpuMs: 0 };
const loop = crashRounds({
  ...{ dir: folder.dir, series: Number(series), step: Number(step) },
  death: () => ({ acknowledged: Math.floor(Math.random() * 300), delay: Math.floor(Math.random() * 400) }),
});
for await (const round of loop) {
  totals.rounds++;
  totals.acknowledged += round.acknowledged;
  totals.lost += round.lost;
  totals.twice += round.twice;
  totals.torn += round.torn;
  totals.worstOpenMs = Math.max(totals.worstOpenMs, Math.round(round.openMs));
  totals.worstOpenCpuMs = Math.max(totals.worstOpenCpuMs, Math.round(round.openCpuMs));
  if (totals.rounds % 10 === 0 || totals.rounds === Number(rounds)) console.log(JSON.stringify(totals));
  if (totals.rounds === Number(rounds)) break;
}
folder.remove();
process.exitCode = totals.lost + totals.twice + totals.torn > 0 ? 1 : 0;
