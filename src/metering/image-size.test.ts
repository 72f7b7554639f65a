import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { imageSize } from './image-size.ts';

function bytes(...pieces: readonly (string | readonly number[])[]): Buffer {
  const joined = Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece))),
  );
  return Buffer.concat([joined, Buffer.alloc(40)]);
}

const size = (width: number, height: number) => ({ width, height });

const cases = {
  png: [bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 4, 0, 0, 0, 2, 0]), size(1024, 512)],
  gif: [bytes('GIF89a', [0x40, 1, 0xf0, 0]), size(320, 240)],
  'jpeg, its frame behind another segment': [
    bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 2, 0x58, 3, 0x20]),
    size(800, 600),
  ],
  'jpeg, fill bytes before a marker': [bytes([0xff, 0xd8, 0xff, 0xff, 0xff, 0xc0, 0, 17, 8, 0, 9, 0, 7]), size(7, 9)],
  'webp, lossy': [bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', Array(10).fill(0), [0x90, 1, 0x2c, 1]), size(400, 300)],
  'webp, lossless': [bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 0x8f, 0xc1, 0x4a, 0]), size(400, 300)],
  'webp, extended': [
    bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', Array(8).fill(0), [0x8f, 1, 0, 0x2b, 1, 0]),
    size(400, 300),
  ],
  'no image': [bytes('%PDF-1.7'), null],
  'an image of nothing': [bytes('GIF89a', [0, 0, 0, 0]), null],
  'too short': [Buffer.from('GIF89a'), null],
} as const;

for (const [name, [image, expected]] of Object.entries(cases)) {
  test(name, () => assert.deepEqual(imageSize(image), expected));
}

test('whatever follows the mark of a format, it ends, with a size or without', () => {
  const marks = ['\x89PNG\r\n\x1a\n', 'GIF8', '\xff\xd8\xff', 'RIFF0000WEBPVP8L'];
  fc.assert(
    fc.property(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 200 }), (mark, rest) => {
      const found = imageSize(Buffer.concat([Buffer.from(mark, 'latin1'), rest]));
      assert.ok(found === null || (found.width > 0 && found.height > 0));
    }),
  );
});
