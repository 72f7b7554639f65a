export { type Assumption, assumption, explained } from './assumption.ts';
export { explainRoutes } from './explain-routes.ts';
export { openUnsent, type UnsentRequest } from './unsent-exchange.ts';
