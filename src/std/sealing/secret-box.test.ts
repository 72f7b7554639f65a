import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openSecretBox } from './secret-box.ts';

/** NaCl's own test of crypto_secretbox (tests/secretbox.c), its tag and text as the program prints them. */
const KEY = Buffer.from('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389', 'hex');
const NONCE = '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37';
const OPEN =
  'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4' +
  '1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52' +
  'f0a089bc76897040e082f937763848645e0705';
const HIDDEN =
  'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b' +
  '4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da' +
  '99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5';

suite('a secret box', () => {
  const box = Buffer.from(NONCE + HIDDEN, 'hex');

  test("opens NaCl's own", () => assert.equal(openSecretBox(box, KEY)?.toString('hex'), OPEN));

  test('of nothing has a tag all the same', () => {
    // libsodium, of an empty text under the same key and nonce.
    const empty = Buffer.from(`${NONCE}2539121d8e234e652d651fa4c8cff880`, 'hex');
    assert.equal(openSecretBox(empty, KEY)?.length, 0);
  });

  test('of another key, changed anywhere or cut short is refused', () => {
    for (let at = 0; at < box.length; at += 11) {
      const changed = Buffer.from(box);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(openSecretBox(changed, KEY), null, `byte ${at}`);
    }
    assert.equal(openSecretBox(box, Buffer.alloc(32, 1)), null);
    assert.equal(openSecretBox(box.subarray(0, 39), KEY), null);
    assert.equal(openSecretBox(box.subarray(0, -1), KEY), null);
  });
});
