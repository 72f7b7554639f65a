export { buildCatalog } from './build-catalog.ts';
export type { CatalogInput, CatalogProvider, OperatorDeployment, OperatorModel } from './input.ts';
export type {
  Catalog,
  DataPolicy,
  Deployment,
  FallbackCause,
  Features,
  ListedModel,
  Modality,
  Model,
} from './model.ts';
export { freePrice } from './operator-price.ts';
export type { Price, PriceTier } from './price.ts';
export { decodePriceTiers, encodePriceTiers } from './price-version.ts';
export { findPriceVersion, type PriceVersionRow, storePriceVersions } from './price-version-store.ts';
