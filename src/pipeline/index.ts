export { type Authenticated, authenticate } from './authenticate.ts';
export { type Counted, countTokens } from './counting/count-tokens.ts';
export type { Exchange, LocalTurns } from './exchange.ts';
export { openKeepAlive } from './keep-alive.ts';
export { deploymentsToProbe, type ProbedDeployment, probeAll } from './probing/probe-all.ts';
export type { Reply } from './reply.ts';
export type { Policies, Rooms, TokenCounter } from './rooms.ts';
export { serve } from './serve.ts';
