/** `npm run demo`: the operator at work, on a real API server and an emulated AWS. With --once, unattended. */
import { parseArgs } from 'node:util';
import { conclude, invite, play, setUp } from './show.js';
import { OPERATOR_LOG, operatorLog, type Stage } from './stage.js';
import { isWell, judge, type Notes, type Verdict } from './verdict.js';

const stops: (() => Promise<void>)[] = [];
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('interrupted'));
});

async function main(once: boolean): Promise<{ well: boolean; verdict: Verdict }> {
  const stage = await setUp((stop) => stops.unshift(stop));
  const notes: Notes = { byHand: [], driftRepaired: false, writesAtRest: null };
  await play(stage, notes).catch((error: Error) => explain(error, stage));
  const verdict = await judge(stage, notes);
  conclude(verdict, stage);
  const well = isWell(verdict, stage);
  if (!well)
    console.error(
      `Not all is as it should be: ${JSON.stringify(verdict)}\nWhat the operator said is in ${OPERATOR_LOG}`,
    );
  if (!once && well) await invite(stage);
  return { well, verdict };
}

async function explain(error: Error, { server }: Stage): Promise<void> {
  const sets = await server.kubectl('get', 'cidrsets,awsaccounts').catch((cause: Error) => cause.message);
  console.error(`\n${error.message}\n\n${sets}\nThe end of ${OPERATOR_LOG}:\n${await operatorLog(15)}`);
}

let code = 1;
let lastWord: string | undefined;
try {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const outcome = await Promise.race([main(values.once), interrupted]);
  if (outcome === 'interrupted') code = values.once ? 130 : 0;
  else {
    code = outcome.well ? 0 : 1;
    if (values.once) lastWord = JSON.stringify(outcome.verdict);
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
}
for (const stop of stops) {
  await stop().catch((error: Error) => {
    console.error(error.message);
    code = 1;
  });
}
if (lastWord) console.log(lastWord);
// An act that was interrupted may still wait for something.
process.exit(code);
