export { backoffMs } from './backoff.ts';
export { batching } from './batches/batching.ts';
export { fewAtATime } from './batches/few-at-a-time.ts';
export { type Calendar, openCalendar } from './calendar.ts';
export { type Clock, systemClock } from './clock.ts';
export { dataOf, jsonOf, nameOf } from './event-data.ts';
export { EventSplitter, type OnEvent } from './event-splitter.ts';
export { exchangeId, random, randomId, randomText } from './id.ts';
export {
  isJsonObject,
  type JsonMember,
  type JsonObject,
  type JsonResult,
  parseJson,
  scanMembers,
} from './json.ts';
export type { JsonFault } from './json-fault.ts';
export { type LinearPattern, parseLinearPattern } from './linear-pattern.ts';
export { Lru } from './lru.ts';
export { isMask, maskKeys, maskSecret } from './mask-secret.ts';
export { MEMBER_PATH } from './member-path.ts';
export {
  formatPicoUsd,
  formatUsd,
  type NanoUsd,
  nanoFromPico,
  nanoFromUsd,
  type PicoUsd,
  picoFromUsdPerMillion,
  scaleDecimal,
  usdFromNano,
} from './money.ts';
export { nearestNames } from './nearest.ts';
export { newSealingKey, type SealedFor, seal, unseal, type Vault } from './sealing/envelope.ts';
export { bothResealed, type Resealed, resealTexts, type SealedText } from './sealing/reseal.ts';
export { openSecretBox } from './sealing/secret-box.ts';
export {
  ALL_TIME,
  parseTimeWindow,
  TIME_WINDOW_FORMS,
  type TimeWindow,
  type WindowSpan,
} from './time-window.ts';
export { isTimeZone, startOfDate } from './time-zone.ts';
export { withoutBlanks } from './without-blanks.ts';
