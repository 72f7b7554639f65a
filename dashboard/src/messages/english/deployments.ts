/** Of deployments, on every page that shows some. */
export const deployments = {
  states: {
    closed: 'Well',
    'half-open': 'Tried again',
    open: 'Resting',
    off: 'Switched off',
    drain: 'Drained',
    on: 'Switched on',
  },
  off: 'Nothing is sent there:',
  outlier: 'Worse than its peers',
  restsFor: (time: string) => `for ${time} more`,
  causes: {
    error: 'it failed',
    timeout: 'it took too long',
    rate_limit: 'its rate is limited',
    credential: 'its credential is refused',
  },
  uptime: 'Answered',
  uptimes: (in5m: string, in30m: string, in1d: string) => `${in5m} · ${in30m} · ${in1d}`,
  windows: '5 min · 30 min · 1 day',
  latency: 'First byte',
  throughput: 'Tokens a second',
  spread: (p50: string, p90: string, p99: string) => `${p50} · ${p90} · ${p99}`,
  percentiles: 'p50 · p90 · p99',
  share: 'Of the traffic',
  shareHint: 'in 30 min',
  inFlight: 'Under way',
  attempts: (count: string) => `${count} in 30 min`,
  lastFailure: 'Last failure',
  failed: (cause: string, status: number | null, ago: string) =>
    status === null ? `${ago}: ${cause}` : `${ago}: ${cause}, status ${status}`,
};
