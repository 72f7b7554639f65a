export { buildCatalog } from './build-catalog.ts';
export { askedPrice, atItsTiers } from './features/at-its-tiers.ts';
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
export { flatPrice, freePrice } from './operator-price.ts';
export { type Adjust, adjusting, switchedTo } from './overlays/adjusting.ts';
export { type LiveOverlays, openLiveOverlays } from './overlays/live-overlays.ts';
export {
  type Overlay,
  type OverlayChange,
  type OverlayKind,
  type OverlayState,
  overlayKinds,
} from './overlays/overlay.ts';
export { endOverlay, putOverlay, readOverlays } from './overlays/overlay-store.ts';
export type { Price, PriceTier } from './price.ts';
export { decodePriceTiers, encodePriceTiers } from './price-version.ts';
export { findPriceVersion, type PriceVersionRow, storePriceVersions } from './price-version-store.ts';
export { rehearse } from './stored/rehearsal.ts';
export { resealEntries } from './stored/reseal-entries.ts';
export { maskSecrets, splitSecrets } from './stored/secret-params.ts';
export {
  createStoredAdministration,
  type StoredAdministration,
  type StoredRecording,
} from './stored/stored-administration.ts';
export {
  openStoredEntries,
  type StoredEntries,
  type StoredEntriesOptions,
  type StoredSnapshot,
} from './stored/stored-entries.ts';
export type { JsonFacts, ReceiverOf, StoredContent, StoredEntry, StoredKind } from './stored/stored-entry.ts';
export { storedModels } from './stored/stored-models.ts';
export { starIn } from './wildcard.ts';
