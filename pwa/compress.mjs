// After `vite build`: writes a brotli and a gzip copy beside every text file, as the server sends them
// (api/routes/http/pwa.py).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const WORDS = /\.(js|css|html|svg|json|webmanifest)$/;
/** Below this the headers cost more than the compression saves. */
const SMALLEST = 500;
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

const dist = new URL('dist/', import.meta.url);
for (const name of readdirSync(dist, { recursive: true })) {
  if (!WORDS.test(name)) continue;
  const plain = readFileSync(new URL(name, dist));
  if (plain.length < SMALLEST) continue;
  for (const [suffix, packed] of [
    ['br', brotliCompressSync(plain, brotli)],
    ['gz', gzipSync(plain, { level: 9 })],
  ]) {
    if (packed.length < plain.length) writeFileSync(new URL(`${name}.${suffix}`, dist), packed);
  }
}
