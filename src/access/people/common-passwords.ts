/** Words that the commonest long passwords are made of: alone, repeated, one after the other, with digits around them. */
const WORDS = [
  'password', 'passwort', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'pa55word', 'motdepasse', 'contraseña', 'senha', 'parola',
  'qwerty', 'qwertz', 'azerty', 'qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'asdfgh', 'zxcvbnm', 'yxcvbnm',
  '1q2w3e4r5t6y', '1q2w3e4r5t', '1q2w3e4r', '1qaz2wsx3edc', '1qaz2wsx', 'qazwsxedc', 'qazwsx', 'q1w2e3r4t5y6', 'q1w2e3r4',
  'abcdefghijkl', 'abcdefgh', 'abcdef', 'abcd', 'abc', 'zaq12wsx', 'xsw2zaq1', 'letmein', 'welcome', 'willkommen',
  'bienvenue', 'iloveyou', 'ilovey0u', 'trustno1', 'changeme', 'change', 'secret', 'default', 'admin', 'administrator',
  'adm1n', 'root', 'toor', 'login', 'user', 'guest', 'test', 'testing', 'demo', 'temp', 'temporary', 'master', 'superman',
  'batman', 'spiderman', 'starwars', 'pokemon', 'dragon', 'monkey', 'football', 'baseball', 'basketball', 'soccer',
  'princess', 'sunshine', 'shadow', 'michael', 'jennifer', 'charlie', 'jordan', 'daniel', 'ashley', 'liverpool', 'chelsea',
  'arsenal', 'barcelona', 'mustang', 'ferrari', 'mercedes', 'computer', 'internet', 'google', 'facebook', 'microsoft',
  'windows', 'samsung', 'apple', 'linux', 'oracle', 'server', 'database', 'gateway', 'waybill', 'litellm', 'openai',
  'correcthorsebatterystaple', 'spring', 'summer', 'autumn', 'winter', 'january', 'february', 'august', 'september',
  'october', 'november', 'december', 'monday', 'friday', 'hello', 'world', 'whatever', 'freedom', 'killer', 'hunter',
  'ninja', 'donald', 'flower', 'cookie', 'cheese', 'access', 'company', 'qwe', 'asd', 'zxc', 'q1w2', 'the', 'is', 'my',
  'for', 'i', 'love', 'you', 'me', 'in', 'let', 'new', 'pass', 'word', 'account', 'system', 'support', 'office', 'manager',
] as const;

/** Letters by the digits and signs that they are written as. */
const WRITTEN: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/** Whatever stands between and around them: digits and signs in whatever number. */
const FILLING = /[\d\s!"#$%&'()*+,./:;<=>?@[\\\]^_`{|}~-]/;

const KNOWN: ReadonlySet<string> = new Set([...WORDS, ...WORDS.map(asLetters)]);
const LONGEST = Math.max(...WORDS.map(({ length }) => length));

/** Nothing but words that everybody thinks of, and digits and signs between them. In time linear to its length. */
export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  return isMadeOfWords(lower) || isMadeOfWords(asLetters(lower));
}

function isMadeOfWords(text: string): boolean {
  const reachable = new Set([0]);
  for (let at = 0; at < text.length; at++) {
    if (!reachable.has(at)) continue;
    if (FILLING.test(text.charAt(at))) reachable.add(at + 1);
    for (let length = 1; length <= LONGEST && at + length <= text.length; length++)
      if (KNOWN.has(text.slice(at, at + length))) reachable.add(at + length);
  }
  return reachable.has(text.length);
}

function asLetters(text: string): string {
  return [...text].map((letter) => WRITTEN[letter] ?? letter).join('');
}
