// Measures how much JavaScript a browser loads before a page of the built PWA is usable: its entry, the page, and
// whatever these import; not what a page loads later, such as maps. Fails if a page exceeds its limit.
import { existsSync, readFileSync, statSync } from 'node:fs';

const OFFICER = 'features/dispatching/duty/Officer';

/** Bytes, by what a browser loads in sequence. The larger encoding counts: over plain http that is gzip. */
const LIMITS = {
  "a citizen's first page": { pages: ['features/citizens/home/Home'], most: 60_000 },
  "a citizen's call": { pages: ['features/citizens/report/Report'], most: 60_000 },
  "a citizen's case": { pages: ['features/citizens/track/Track'], most: 60_000 },
  "an officer's sign-in": {
    pages: ['features/access/SignIn', OFFICER, 'features/dispatching/duty/StartShift', 'live/Answers'],
    most: 75_000,
  },
  'an officer on duty': {
    pages: [OFFICER, 'features/dispatching/duty/OnDuty', 'live/Answers'],
    most: 80_000,
  },
};

const dist = new URL('dist/', import.meta.url);
const chunks = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function filesOf(names, found = new Set()) {
  for (const name of names) {
    const chunk = chunks[name];
    if (!chunk) throw new Error(`${name} is not in the build`);
    if (found.has(chunk.file)) continue;
    found.add(chunk.file);
    filesOf(chunk.imports ?? [], found);
  }
  return found;
}

/** Bytes in each of the encodings that a browser may ask for. */
function sent(file) {
  const packed = ['br', 'gz']
    .map((suffix) => new URL(`${file}.${suffix}`, dist))
    .filter((one) => existsSync(one));
  return packed.length ? packed.map((one) => statSync(one).size) : [statSync(new URL(file, dist)).size];
}

let heavy = false;
for (const [what, { pages, most }] of Object.entries(LIMITS)) {
  const staff = pages.includes(OFFICER) ? ['src/staff_routes.ts'] : [];
  const files = filesOf(['index.html', ...staff, ...pages.map((page) => `src/${page}.svelte`)]);
  const [brotli, gzip] = [Math.min, Math.max].map((pick) =>
    [...files].map((file) => pick(...sent(file))).reduce((a, b) => a + b),
  );
  heavy ||= gzip > most;
  const kilo = (bytes) => (bytes / 1000).toFixed(1);
  console.log(
    `${what}: ${kilo(brotli)} kB brotli, ${kilo(gzip)} kB gzip, ${files.size} files, at most ${kilo(most)} kB`,
  );
}
if (heavy) {
  console.error('A page sends too much JavaScript: load with each feature what it alone needs.');
  process.exit(1);
}
