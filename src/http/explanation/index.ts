export { encodeExplanation } from './encode-explanation.ts';
export { explainRoutes } from './explain-routes.ts';
export { openUnsent, type UnsentRequest } from './unsent-exchange.ts';
