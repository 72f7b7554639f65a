import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { litellmCipher, looksHidden } from './litellm-cipher.ts';

const SALT_KEY = 'sk-salt-of-a-test-0123';

/** Written by LiteLLM's own functions (1.96.2) with PyNaCl and cryptography; the third with cryptography alone. */
const HIDDEN = {
  'a secret box': 'zluTrCFpzLiqQIwvvaPtDjAPWGcURHK_ckCzC2pBsP6OABdevTX0aVTNABfIdQcP5wxUHyBiPjCrVg==',
  'AES-256-GCM': 'v2:gcm:35VIpnzFl1DMNA9jQwaAumCi0x2rwgnD02RgwkbeePFT-YYmGzy5LkXDyp6cBg==',
  'AES-256-GCM with HKDF': 'v3:gcm:WVS-23ZmRjZwn1Gwg2pR25cpYFXfUq_Hj0J7ddbfLX2DcXAk0qGOn4CNyFdyIg==',
};
const MODEL = 'gvy3XU9pqfr9qexG8kgClwMdXdG9A-OVrVZzU6gxhTG-2gFFIuye1ds8wFxMsrsxiNigr3I=';

suite("what LiteLLM's database hides", () => {
  const cipher = litellmCipher(['sk-another-one', SALT_KEY]);
  for (const [form, text] of Object.entries(HIDDEN)) {
    test(`opens as ${form}, and stays shut under another key`, () => {
      assert.equal(cipher.open(text), 'sk-provider-secret');
      assert.equal(litellmCipher(['sk-another']).open(text), null);
      assert.equal(looksHidden(text), true);
    });
  }

  test('is told from what was never hidden', () => {
    assert.equal(cipher.open(MODEL), 'openai/gpt-4o');
    for (const plain of ['openai/gpt-4o', 'https://api.openai.com/v1', 'sk-provider-secret', '', 'os.environ/KEY']) {
      assert.deepEqual([cipher.open(plain), looksHidden(plain)], [null, false], plain);
    }
  });
});
