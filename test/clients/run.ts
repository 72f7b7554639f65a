import { inScope } from '../support/scope.ts';
import { converse } from './converse.ts';
import { keepTranscript } from './keep-transcript.ts';
import { pairs } from './pairs.ts';
import { type Outcome, printOutcome, writeTable } from './report.ts';
import { judge, type Transcript } from './verdict.ts';

/** `npm run clients -- pi gemini`: the pairs whose names hold all of these words; all of them without any. */
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const wanted = pairs.filter(({ program, dialect }) => {
  const name = `${program.name} ${dialect.name}`.toLowerCase();
  return words.every((word) => name.includes(word));
});
if (wanted.length === 0) {
  process.stderr.write(`No pair of a client and an upstream has the name ${words.join(' ')}.\n`);
  process.exit(1);
}

const outcomes: Outcome[] = [];
for (const pair of wanted) {
  const startedMs = performance.now();
  const fault = await inScope(async (scope) => {
    let transcript: Transcript | null = null;
    try {
      transcript = await converse(scope, pair);
      judge(transcript);
      return null;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return transcript === null ? message : `${message}\n${keepTranscript(pair, transcript)}`;
    }
  });
  const outcome = { pair, fault, seconds: (performance.now() - startedMs) / 1000 };
  outcomes.push(outcome);
  printOutcome(outcome);
}
if (words.length === 0) writeTable(outcomes);
if (outcomes.some(({ fault }) => fault !== null)) process.exitCode = 1;
