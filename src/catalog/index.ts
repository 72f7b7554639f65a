export { buildCatalog } from './build-catalog.ts';
export { supports } from './features/supports.ts';
export { forTeam } from './for-team.ts';
export type { CatalogInput, CatalogProvider, OperatorDeployment, OperatorFacts, OperatorModel } from './input.ts';
export type {
  Catalog,
  DataPolicy,
  Deployment,
  FallbackCause,
  Features,
  Grants,
  ListedModel,
  Modality,
  Model,
} from './model.ts';
export { freePrice } from './operator-price.ts';
export type { Price, PriceTier } from './price.ts';
export { decodePriceTiers, encodePriceTiers } from './price-version.ts';
export { findPriceVersion, type PriceVersionRow, storePriceVersions } from './price-version-store.ts';
