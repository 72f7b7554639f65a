export { type Bound, type BoundInput, boundCharge } from './bound.ts';
export { costOf } from './cost.ts';
export { type Countable, countable } from './countable.ts';
export { estimateUsage } from './estimate.ts';
export { evenPieces, LONGEST_RUN } from './even-pieces.ts';
export type { Observation, WireWords } from './observation.ts';
export { observeEmbedding, observeResponse, PartObserver } from './observe-parts.ts';
export { observePlain } from './observe-plain.ts';
export { createStreamObserver, type StreamObserver, type StreamObserverOptions } from './stream-observer.ts';
