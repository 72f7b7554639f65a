export { type OverlayDoors, overlayRoutes } from './overlay.ts';
export { encodeLaid, encodeOverlay } from './overlay-answer.ts';
