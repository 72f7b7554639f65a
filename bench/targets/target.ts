import type { Endpoint } from '../payload.ts';
import type { TestStand } from '../test-stand.ts';
import type { Upstreams } from '../upstream/index.ts';

export type Site = { readonly stand: TestStand; readonly upstreams: Upstreams };

/** A target that is up. `pid` leads the process tree that is measured; null when nothing lies between. */
export type Running = {
  readonly plain: Endpoint;
  readonly stream: Endpoint;
  readonly pid: number | null;
  /** Milliseconds from the start of the program to its readiness. */
  readonly startMs: number;
  stop(): Promise<void>;
};

export type Target = {
  readonly name: string;
  /** Whether it keeps data between two starts. */
  readonly keepsData: boolean;
  /** Why it cannot be measured here; null when it can. */
  unavailable(): string | null;
  /** `dataFolder` is given when a start on data that already exists is wanted. */
  start(site: Site, dataFolder?: string): Promise<Running>;
};
