/**
 * `npm run demo`: the operator at work, on a real API server and an emulated AWS. `npm run demo -- story`: what it makes
 * possible, on the way from a job to GitLab. With --once, unattended.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { conclude, invite, play, setUp } from './show.js';
import { OPERATOR_LOG, type Stage } from './stage.js';
import { tellStory } from './story.js';
import { isWell, judge, type Notes } from './verdict.js';

/** What a demo came to; the verdict is the last line of `--once`. */
export interface Outcome {
  verdict: object;
  code: number;
}

const stops: (() => Promise<void>)[] = [];
const interrupted = new Promise<undefined>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(undefined));
  // Nobody reads on, as after `| head`.
  process.stdout.on('error', () => resolve(undefined));
});

async function playCompany(once: boolean): Promise<Outcome> {
  const stage = await setUp((stop) => stops.unshift(stop));
  const notes: Notes = { byHand: [], planned: 0, driftRepaired: false, mutatingCallsWhenConverged: null };
  await play(stage, notes).catch((error: Error) => explain(error, stage));
  const verdict = await judge(stage, notes);
  conclude(verdict, stage);
  const well = isWell(verdict, stage);
  if (!well) console.error(`Not all is as it should be. What the operator did is in ${OPERATOR_LOG}`);
  else if (!once) await invite(stage);
  return { verdict, code: well ? 0 : 1 };
}

async function explain(error: Error, { server }: Stage): Promise<void> {
  const objects = await server.kubectl('get', 'cidrsets,awsaccounts').catch((cause: Error) => cause.message);
  const log = await readFile(OPERATOR_LOG, 'utf8').catch((cause: Error) => cause.message);
  const end = log.trimEnd().split('\n').slice(-15).join('\n');
  console.error(`\n${error.message}\n\n${objects}\nThe end of ${OPERATOR_LOG}:\n${end}`);
}

let code = 1;
let lastWord: string | undefined;
try {
  const { values, positionals } = parseArgs({
    options: { once: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { once } = values;
  const demo = positionals[0] === 'story' ? tellStory(once, (stop) => stops.unshift(stop)) : playCompany(once);
  const outcome = await Promise.race([demo, interrupted]);
  if (outcome && once) lastWord = JSON.stringify(outcome.verdict);
  code = outcome?.code ?? (once ? 130 : 0);
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
