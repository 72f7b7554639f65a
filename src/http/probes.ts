export type ProbeAnswer = { readonly status: number; readonly body: Buffer };

/** What an orchestrator asks every few seconds. */
export type Probe = (isReady: boolean) => ProbeAnswer;

const ALIVE = { status: 200, body: json("I'm alive!") };
const READY = { status: 200, body: json({ status: 'healthy' }) };
const NOT_READY = { status: 503, body: json({ status: 'not ready' }) };

const live: Probe = () => ALIVE;
const ready: Probe = (isReady) => (isReady ? READY : NOT_READY);

/** Answered apart from the application, so that a gateway that has nothing but calls to serve never loads it. */
const probes: ReadonlyMap<string, Probe> = new Map([
  ['/health/liveliness', live],
  ['/health/liveness', live],
  ['/livez', live],
  ['/healthz', live],
  ['/health/readiness', ready],
  ['/readyz', ready],
]);

export function findProbe(method: string | undefined, path: string): Probe | null {
  return method === 'GET' || method === 'HEAD' ? (probes.get(path) ?? null) : null;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
