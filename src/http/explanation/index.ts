export { encodeExplanation } from './encode-explanation.ts';
export { explainRoutes } from './explain-routes.ts';
