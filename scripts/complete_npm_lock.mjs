// npm drops builds for other systems from a lock when the registry it asks does not have them, and `npm ci` then
// refuses that lock everywhere. This puts them back, in the one version their parent allows, and removes addresses.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];
const file = process.argv[2];
const lock = JSON.parse(readFileSync(file, 'utf8'));

function isLocked(parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in lock.packages) return true;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in lock.packages;
  }
}

for (const [parent, entry] of Object.entries(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(parent, name)) continue;
    const words = name.split(/[-/]/);
    const build = { os: [SYSTEMS.find((known) => words.includes(known)) ?? 'none'] };
    const processor = PROCESSORS.find((known) => words.includes(known));
    if (processor) build.cpu = [processor];
    if (name.includes('musl')) build.libc = ['musl'];
    lock.packages[`node_modules/${name}`] = { version, dev: true, optional: true, ...build };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
