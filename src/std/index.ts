export { type Clock, systemClock } from './clock.ts';
export { exchangeId, random, randomId, randomText } from './id.ts';
export {
  formatUsd,
  type NanoUsd,
  nanoFromPico,
  nanoFromUsd,
  type PicoUsd,
  picoFromUsdPerMillion,
  picoFromUsdPerUnit,
  scaleDecimal,
  usdFromNano,
} from './money.ts';
