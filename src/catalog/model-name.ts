const DATE = /-(?:20\d{2})-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?=$|[-:@])/;
const COMPACT_DATE = /-(20\d{2})(\d{2})(\d{2})(?=$|[-:@])/;

/** `claude-sonnet-4-5` for `claude-sonnet-4-5-20250929`; the name itself if it holds no date. */
export function undated(name: string): string {
  return name.replace(DATE, '');
}

/** `-2025-09-29` for `-20250929`: both spellings of a date occur for one model. */
export function dashedDate(name: string): string {
  return name.replace(COMPACT_DATE, '-$1-$2-$3');
}

/** One spelling for what makers, clouds and aggregators write differently: `Claude-Sonnet-4.5` is `claude-sonnet-4-5`. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[._]/g, '-');
}

/** What follows the last slash: `gpt-4o` of `openai/gpt-4o`. */
export function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
