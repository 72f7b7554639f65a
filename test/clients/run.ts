import { inScope, type Scope } from '../support/scope.ts';
import { converse } from './converse.ts';
import { keepTranscript } from './keep-transcript.ts';
import { type Pair, pairs } from './pairs.ts';
import { type Outcome, printOutcome, writeTable } from './report.ts';
import { runScan, SCANNER } from './scan.ts';
import { judge, type Transcript } from './verdict.ts';

/** `npm run clients -- pi gemini`: the pairs whose names hold all of these words; all of them without any. */
const words = process.argv.slice(2).map((word) => word.toLowerCase());
const wanted = pairs.filter((pair) => isWanted(nameOf(pair)));
const outcomes: Outcome[] = [];
for (const pair of wanted) {
  const fault = await faultOf((scope) => hold(scope, pair));
  outcomes.push({ pair, fault });
  printOutcome(nameOf(pair), fault);
}
const scanFault = isWanted(SCANNER) ? await faultOf(runScan) : null;
if (isWanted(SCANNER)) printOutcome(SCANNER, scanFault);
else if (wanted.length === 0) printOutcome(words.join(' '), 'No pair of a client and an upstream has these words.');
if (words.length === 0) writeTable(outcomes);
const isGreen = scanFault === null && outcomes.every(({ fault }) => fault === null);
process.exitCode = isGreen && (wanted.length > 0 || isWanted(SCANNER)) ? 0 : 1;

function nameOf({ program, dialect }: Pair): string {
  return `${program.name} at ${dialect.name}`;
}

function isWanted(name: string): boolean {
  return words.every((word) => name.toLowerCase().includes(word));
}

/** null: it went as it should. */
function faultOf(run: (scope: Scope) => Promise<void>): Promise<string | null> {
  return inScope(run).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function hold(scope: Scope, pair: Pair): Promise<void> {
  const transcript: Transcript = await converse(scope, pair);
  try {
    judge(transcript);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${keepTranscript(pair, transcript)}`);
  }
}
