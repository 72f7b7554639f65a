/** A word of the dialect in front of the exchange's id, or of the upstream's: `msg_gen-…`, `chatcmpl-gen-…`, `msg_chatcmpl-…`. */
const PREFIX = /^(?:msg_|chatcmpl-|cmpl-)/;
/** Responses have the exchange's id in letters and digits alone. */
const RESPONSE = /^resp_(\d{10})([0-9A-Za-z]{20})$/;

/** What the request log may know an answer's id as: dialects that want ids of their own form make them of these. */
export function loggedIds(id: string): readonly string[] {
  const response = RESPONSE.exec(id);
  if (response !== null) return [`gen-${response[1]}-${response[2]}`, id];
  const bare = id.replace(PREFIX, '');
  return bare === id ? [id] : [id, bare];
}
