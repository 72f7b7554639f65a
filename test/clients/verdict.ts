import assert from 'node:assert/strict';
import type { SpendRow } from '../support/one-upstream.ts';
import type { Program } from './programs/program.ts';
import type { Ran } from './programs/run-program.ts';
import {
  ANSWER,
  type Asked,
  COST_USD,
  isMain,
  PRINTED,
  SEAL,
  SECOND_ANSWER,
  TOKENS,
  UPSTREAM_MODEL,
} from './scenario.ts';
import type { ScriptedDialect } from './upstreams/scripted-dialect.ts';

export type Transcript = {
  readonly program: Program;
  readonly dialect: ScriptedDialect;
  /** Those that the client may ask. */
  readonly models: readonly string[];
  /** Of the first start, and of the one that goes on. */
  readonly ran: readonly [Ran, Ran];
  readonly asked: readonly Asked[];
  readonly rows: readonly SpendRow[];
};

/** Throws what is wrong with a conversation. */
export function judge(transcript: Transcript): void {
  const { ran, asked, program, dialect } = transcript;
  for (const [index, answer] of [ANSWER, SECOND_ANSWER].entries()) {
    const { code, output, errors } = ran[index] ?? { code: null, output: '', errors: 'was not started' };
    assert.equal(code, 0, `start ${index + 1} ended with ${code}: ${(errors + output).slice(-400)}`);
    assert.ok(output.includes(answer), `start ${index + 1} did not print the answer but: ${output.slice(-400)}`);
  }
  const wanted = dialect.model ?? UPSTREAM_MODEL;
  for (const { model } of asked) assert.equal(model, wanted, 'the upstream is asked for its own model');
  const main = asked.filter((each) => isMain(each, program.tool));
  assert.equal(main.length, 3, `the conversation took ${main.length} requests`);
  for (const later of main.slice(1)) judgeHistory(later, transcript);
  judgeSeals(main, transcript);
  judgeBooks(transcript);
}

function judgeHistory({ calls, results }: Asked, { dialect, program }: Transcript): void {
  const id = program.echoesIds ? dialect.callId(program.tool.name) : calls[0];
  assert.deepEqual(calls, [id], 'the call is told of again, under its id');
  assert.deepEqual(
    results.map((result) => result.id),
    [id],
    'the result has the id of the call',
  );
  assert.ok(results[0]?.text.includes(PRINTED), `the tool's result is ${JSON.stringify(results[0]?.text)}`);
}

function judgeSeals(main: readonly Asked[], { dialect, program }: Transcript): void {
  if (dialect.seals === null || !program.echoesSeals.includes(dialect.seals)) return;
  const { forgetsSeals } = program;
  const isForgotten = forgetsSeals === 'all' || forgetsSeals === dialect.speaks;
  const later = [[SEAL], isForgotten ? [] : [SEAL]];
  assert.deepEqual(
    main.map(({ seals }) => seals.filter((seal) => seal === SEAL)),
    [[], ...later],
    'the seal comes back where it was',
  );
}

/** One row for each answer, with the tokens that the upstream counted and what they cost. */
function judgeBooks({ rows, asked, models }: Transcript): void {
  assert.equal(rows.length, asked.length, `${asked.length} answers, and ${rows.length} rows in the request log`);
  for (const row of rows) {
    const { status, spend, prompt_tokens: input, completion_tokens: output } = row;
    assert.ok(models.includes(String(row['model_group'])), `the row of the request log says ${row['model_group']}`);
    assert.deepEqual(
      { status, input, output, spend },
      { status: 'success', ...TOKENS, spend: COST_USD },
      'the row of the request log',
    );
  }
}
