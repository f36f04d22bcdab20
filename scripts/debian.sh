#!/usr/bin/env bash
# debian.sh [python] [postgresql] [browsers] [bench]: installs the Debian packages that are missing, and nothing else.
# An existing PostgreSQL is neither upgraded nor restarted, and no system cluster is created.
set -euo pipefail
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."

log=.build/debian.log
missing=()
new_server=false
routing=false

main() {
  local part
  for part in "$@"; do "need_$part"; done
  [[ ${#missing[@]} -eq 0 ]] || install_missing
  ! $routing || install_routing
}

install_missing() {
  command -v apt-get >/dev/null ||
    fail "this is not Debian: install ${missing[*]} (or your system's equivalents), then start again"
  become_root
  say "installing ${missing[*]}"
  apt update >"$log" 2>&1 || say "apt-get update failed, continuing with the old lists"
  $new_server && choose_server
  refuse_upgrades
  $new_server && keep_clusters_away
  install_now "${missing[@]}"
}

need_python() {
  scripts/python.sh >/dev/null 2>&1 || missing+=(python3 python3-venv)
}

need_postgresql() {
  local version servers=()
  mapfile -t servers < <(printf '%s\n' /usr/lib/postgresql/*/bin/postgres | grep -oE '[0-9]+' | sort -rn)
  for version in "${servers[@]}"; do
    [[ -f /usr/share/postgresql/$version/extension/postgis.control ]] && ((version >= 15)) && return
  done
  for version in "${servers[@]}"; do
    ((version >= 15)) && { missing+=("postgresql-$version-postgis-3"); return; }
  done
  new_server=true
  missing+=(postgresql-postgis)
}

need_browsers() {
  command -v chromium >/dev/null || missing+=(chromium)
  command -v firefox-esr >/dev/null || missing+=(firefox-esr)
  [[ -d /usr/share/fonts/truetype/tlwg || -f /usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf ]] ||
    missing+=(fonts-thai-tlwg)
}

need_bench() {
  routing=true
  command -v wrk >/dev/null || missing+=(wrk)
}

# The benchmarks compare travel times with pgRouting, and skip the comparison where it is not available.
install_routing() {
  local newest
  newest=$(printf '%s\n' /usr/share/postgresql/*/extension/postgis.control | grep -oE '/[0-9]+/' | tr -d / | sort -rn | head -n 1)
  [[ -n $newest && ! -f /usr/share/postgresql/$newest/extension/pgrouting.control ]] || return 0
  new_server=false missing=("postgresql-$newest-pgrouting")
  (install_missing) || say "no pgRouting: the benchmarks leave it out"
}

# Replaces "postgresql-postgis" with this distribution's newest PostgreSQL that has PostGIS.
choose_server() {
  local version
  version=$(apt-cache pkgnames postgresql- | sed -nE 's/^postgresql-([0-9]+)-postgis-3$/\1/p' | sort -rn | head -n 1)
  [[ ${version:-0} -ge 15 ]] || fail "this distribution has no PostgreSQL ≥ 15 with PostGIS"
  missing=("${missing[@]/postgresql-postgis/postgresql-$version-postgis-3}" "postgresql-$version")
}

# Installing postgresql-15 would otherwise create and start a cluster on port 5432.
keep_clusters_away() {
  local file=/etc/postgresql-common/createcluster.d/sipha.conf
  "${root[@]}" mkdir -p "${file%/*}"
  echo "create_main_cluster = false" | "${root[@]}" tee "$file" >/dev/null
  trap '"${root[@]}" rm -f '"$file" EXIT
  install_now postgresql-common
}

refuse_upgrades() {
  local upgraded
  upgraded=$(apt --simulate install "${missing[@]}" | sed -nE 's/^Inst (postgresql-[0-9]+) \[.*/\1/p')
  [[ -z $upgraded ]] || fail "this would upgrade and restart your $upgraded: run apt-get install ${missing[*]} yourself"
}

become_root() {
  root=()
  [[ $(id -u) -ne 0 ]] || return 0
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    root=(sudo -n)
  else
    fail "these Debian packages are missing; as root, run: apt-get install --no-install-recommends ${missing[*]}"
  fi
}

install_now() {
  apt install "$@" >>"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get could not install $*: more in $log"; }
}

apt() {
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -y -q -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
}

say() { echo "set-up: $*"; }
fail() { echo "set-up: $*" >&2; exit 1; }

main "$@"
