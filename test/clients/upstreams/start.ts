import { isJsonObject } from '../../../src/std/index.ts';
import type { Scope } from '../../support/scope.ts';
import { answer, startUpstream } from '../../support/upstream.ts';
import { type Asked, say, type Tool } from '../scenario.ts';
import type { ScriptedDialect } from './scripted-dialect.ts';

export type ScriptedUpstream = { readonly baseUrl: string; readonly asked: readonly Asked[] };

/** Plays the conversation's other side, and keeps what it was asked. */
export async function startScripted(scope: Scope, dialect: ScriptedDialect, tool: Tool): Promise<ScriptedUpstream> {
  const asked: Asked[] = [];
  const upstream = await startUpstream(scope, async (request) => {
    if (!dialect.path.test(request.path)) {
      await answer(request, { status: 404, body: JSON.stringify({ error: { message: `no ${request.path} here` } }) });
      return;
    }
    const parsed: unknown = JSON.parse(request.body);
    const body = isJsonObject(parsed) ? parsed : {};
    const refusal = dialect.refusal?.(body) ?? null;
    if (refusal !== null) {
      await answer(request, { status: 400, body: JSON.stringify({ message: refusal }) });
      return;
    }
    const read = { ...dialect.read(request.path, body), number: asked.length + 1 };
    asked.push(read);
    await answer(request, dialect.write(say(read, tool), read));
  });
  return { baseUrl: `http://127.0.0.1:${upstream.port}${dialect.basePath}`, asked };
}
