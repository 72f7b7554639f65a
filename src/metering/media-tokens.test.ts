import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioTokens, fileTokens, imageTokens, videoTokens } from './media-tokens.ts';

function png(width: number, height: number): string {
  const bytes = Buffer.alloc(40);
  bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes.toString('base64');
}

// The first three are the examples of OpenAI's documentation.
const images = [
  [1024, 1024, 'high', 765],
  [2048, 4096, 'high', 1105],
  [4096, 8192, 'low', 85],
  [512, 512, null, 255],
  [10, 10, null, 255],
  [1, 4_000_000_000, null, 85 + 4 * 170],
] as const;
for (const [width, height, detail, tokens] of images) {
  test(`an image of ${width} x ${height}, detail ${detail}`, () => {
    assert.equal(imageTokens({ media: { kind: 'base64', base64: png(width, height) }, detail }), tokens);
  });
}

test('an image of unknown size is one of the largest', () => {
  const url = { kind: 'url', url: 'https://example.com/a.png' } as const;
  assert.equal(imageTokens({ media: url, detail: null }), 85 + 8 * 170);
  assert.equal(imageTokens({ media: { kind: 'base64', base64: 'AAAA' }, detail: 'auto' }), 85 + 8 * 170);
});

function file(text: string, mediaType: string | null) {
  const media = { kind: 'base64', base64: Buffer.from(text).toString('base64') } as const;
  return fileTokens({ type: 'file', media, mediaType, name: null });
}

test('documents: by their pages, or as the text that they are', () => {
  const pages = '/Type /Pages /Count 2\n/Type /Page\n/Type/Page/Parent';
  assert.deepEqual(file(pages, 'application/pdf'), { text: '', tokens: 6_000 });
  assert.deepEqual(file('x'.repeat(100_001), 'application/pdf'), { text: '', tokens: 9_000 });
  assert.deepEqual(file('näher', 'text/plain'), { text: 'näher', tokens: 0 });
  const named = fileTokens({ type: 'file', media: { kind: 'file-id', id: 'f' }, mediaType: null, name: null });
  assert.deepEqual(named, { text: '', tokens: 3_000 });
});

test('sound and video: by their seconds', () => {
  const wave = Buffer.alloc(88_197);
  wave.write('RIFF....WAVEfmt ', 'latin1');
  wave.writeUInt32LE(44_100, 28);
  const sound = (bytes: Buffer) => audioTokens({ media: { kind: 'base64', base64: bytes.toString('base64') } });
  assert.equal(sound(wave), 2 * 32);
  assert.equal(sound(Buffer.alloc(15_999)), 2 * 32);
  assert.equal(audioTokens({ media: { kind: 'file-id', id: 'a' } }), 60 * 32);
  assert.equal(videoTokens({ media: { kind: 'base64', base64: 'A'.repeat(100_000) } }), 2 * 290);
  assert.equal(videoTokens({ media: { kind: 'url', url: 'https://example.com/v' } }), 60 * 290);
});
