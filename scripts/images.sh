#!/usr/bin/env bash
# images.sh: builds both images of the Dockerfile with buildah, which needs no container engine, and starts them once
# (tests/images.py). The images that FROM names are built here, from this machine's Debian archive and Node; those in a
# container registry may be newer. Needs gigabytes of temporary space under IMAGES (default: a temporary folder).
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in buildah mmdebstrap unshare setpriv; do
  command -v "$tool" >/dev/null || { echo "images: skipped, $tool is missing (apt-get install buildah mmdebstrap)"; exit 0; }
done
[[ $(id -u) == 0 ]] || { echo "images: skipped, building without a container engine needs root"; exit 0; }

store=$(mktemp -d "${IMAGES:-/var/tmp}/sipha-images-XXXXXX")
trap 'umount -R "$store"/root/vfs/dir/* 2>/dev/null || true; rm -rf "$store"' EXIT
certificates=${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}

container() { buildah --root "$store/root" --runroot "$store/run" --storage-driver vfs "$@"; }
say() { echo "images: $*"; }

# This machine's registry configuration, for the build only: none of it stays in an image.
registries() {
  .venv/bin/python -m tests.pip_configuration >"$store/pip.conf"
  { grep -v nodedir ~/.npmrc 2>/dev/null || true; echo "cafile=/etc/ssl/certs/ca-certificates.crt"; } >"$store/npmrc"
  mounts=(
    --volume "$store/pip.conf:/etc/pip.conf:ro" --volume "$store/npmrc:/root/.npmrc:ro"
    --volume "$certificates:/etc/ssl/certs/ca-certificates.crt:ro"
  )
  local folder
  for folder in $(grep -oE '(^| |file://)/[^ ]+' "$store/pip.conf" | sed -E 's#^ ?(file://)?##; s#/simple/?$##' | sort -u); do
    [[ ! -d $folder ]] || mounts+=(--volume "$folder:$folder:ro")
  done
}

# base NAME FOLDER: an image of that name, containing everything in the folder.
base() {
  local made
  made=$(container from scratch)
  container add --quiet "$made" "$2" / >/dev/null
  container config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$made"
  container commit --quiet "$made" "docker.io/library/$1" >/dev/null
  container rm "$made" >/dev/null
}

bases() {
  local root=$store/base python node modules
  python=$(sed -n 's/^ARG PYTHON=//p' Dockerfile) node=$(sed -n 's/^ARG NODE=//p' Dockerfile)
  say "making $python"
  mkdir "$root"
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates,libstdc++6 bookworm - \
    "${SOURCES:-/etc/apt/sources.list.d/debian.sources}" | tar -x -C "$root" --exclude='./dev/*'
  ln -s /usr/bin/python3 "$root/usr/local/bin/python"
  base "$python" "$root"
  say "making $node"
  modules=$(readlink -f "$(command -v npm)")
  modules=${modules%/npm/bin/npm-cli.js}
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -L "$(command -v node)" "$root/usr/local/bin/node"
  cp -a "$modules/npm" "$root/usr/local/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  base "$node" "$root"
  rm -rf "$root"
}

image() {
  say "building sipha-$1"
  container build --isolation chroot --pull-never --network host "${mounts[@]}" --target "$1" --tag "sipha-$1" . \
    >"$store/$1.log" 2>&1 || { tail -n 40 "$store/$1.log" >&2; say "sipha-$1 could not be built" >&2; exit 1; }
}

unpack() {
  local made
  made=$(container from --pull-never "localhost/sipha-$1")
  container inspect --type image "localhost/sipha-$1" >"$store/$1.json"
  container mount "$made"
}

bases
registries
for target in server worker; do
  image "$target"
  root=$(unpack "$target")
  .venv/bin/python -m tests.images "$target" "$root" "$store/$target.json"
  mkdir -p .build/sbom
  .venv/bin/python scripts/sbom.py "$target" "$root" ".build/sbom/$target.cdx.json"
done
say "both images are built, start read-only and stop; what they hold: .build/sbom/*.cdx.json"
