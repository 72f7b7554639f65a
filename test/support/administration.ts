import assert from 'node:assert/strict';
import type { Gateway } from './gateway.ts';

export type Shown = Readonly<Record<string, unknown>>;

/** Calls of the administration API that are to succeed, or to fail in a way that is told. */
export type Administration = {
  readonly post: (path: string, body: unknown, key?: string) => Promise<Shown>;
  readonly get: (path: string, key?: string) => Promise<Shown>;
  readonly list: (path: string) => Promise<readonly Shown[]>;
  /** Status and message of what is refused. */
  readonly refused: (path: string, body: unknown) => Promise<readonly [status: number, message: string]>;
};

export function administrationOf(gateway: Gateway): Administration {
  const succeeded = (path: string, { status, text }: { status: number; text: string }): unknown => {
    assert.equal(status, 200, `${path}: ${text}`);
    return JSON.parse(text);
  };
  return {
    post: async (path, body, key) => succeeded(path, await gateway.post(path, body, key)) as Shown,
    get: async (path, key) => succeeded(path, await gateway.get(path, key)) as Shown,
    list: async (path) => succeeded(path, await gateway.get(path)) as readonly Shown[],
    refused: async (path, body) => {
      const { status, text } = await gateway.post(path, body);
      assert.notEqual(status, 200, `${path} took ${JSON.stringify(body)}`);
      return [status, (JSON.parse(text) as { error: { message: string } }).error.message];
    },
  };
}
