import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';
import { themeCss } from './theme-css.ts';

/** A gateway to develop against: `npm run dev -w dashboard` beside `npm start`. */
const GATEWAY = process.env['WAYBILL_URL'] ?? 'http://127.0.0.1:4000';
const PROXIED = '^/(?!ui/|$).*';

export default defineConfig({
  base: '/ui/',
  logLevel: 'warn',
  plugins: [react(), themeCss(), precompress()],
  server: { proxy: { [PROXIED]: { target: GATEWAY, changeOrigin: false } } },
  build: {
    target: 'es2023',
    // The content security policy lets nothing inline through.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
});
