#!/usr/bin/env bash
# Makes what test/peers/debian-node.test.ts needs and takes long to make, once: FOLDER outlives a run, and what is there and was
# made by the same recipe is not made again. Root, debootstrap, go, npm, a network.
#   FOLDER/base/        the base images of builder-configs/debian-node, an OCI layout; those for another CPU not set up
#   FOLDER/lifecycle/   the real lifecycle as its releases are packed, for both CPUs
#   FOLDER/npm/         the npm packages that a build of the sample application fetches, as files. npm got them, from wherever it
#                       is set up to get packages
# usage: debian-node.sh [FOLDER]     default: trowel-peers in the user's cache. Prints the folder
set -euo pipefail

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/trowel-peers}
folder=$(mkdir -p "$folder" && cd "$folder" && pwd)
peers=$(cd "$(dirname "$0")" && pwd)
family=$peers/../../builder-configs/debian-node

# usage: make PART RECIPE... -- COMMAND...     COMMAND gets the folder to fill as its last argument
make() {
  local part=$1 recipe=() stamp
  shift
  while [ "$1" != -- ]; do
    recipe+=("$1")
    shift
  done
  shift
  stamp=$(cat "${recipe[@]}" | sha256sum | cut -c1-64)
  [ "$(cat "$folder/$part/.made-by" 2>/dev/null)" != "$stamp" ] || return 0
  echo "making $part" >&2
  rm -rf "$folder/$part.part" "${folder:?}/$part"
  "$@" "$folder/$part.part"
  printf %s "$stamp" >"$folder/$part.part/.made-by"
  mv "$folder/$part.part" "$folder/$part"
}

make_base() { "$family/base/make.sh" --unconfigured "$1" amd64 arm64; }

fetch_packages() {
  local cpu packages
  cpu=$(dpkg --print-architecture)
  mapfile -t packages < <(
    awk -v cpu="$cpu" '$1 == cpu || $1 == "any" { print $2 "@" $3 }' "$family/buildpacks/node/pins.txt"
    node --print 'Object.entries(require(process.argv[1]).packages).filter(([path]) => path !== "")
      .map(([path, { version }]) => path.split("node_modules/").at(-1) + "@" + version).join("\n")' \
      "$family/sample-app/package-lock.json"
  )
  mkdir -p "$1"
  npm pack --silent --pack-destination "$1" "${packages[@]}" >/dev/null
}

make base "$family/base/make.sh" -- make_base &
base=$!
make lifecycle "$peers"/lifecycle/{go.mod,go.sum,make.sh} -- "$peers/lifecycle/make.sh"
wait $base
make npm "$family/buildpacks/node/pins.txt" "$family/sample-app/package-lock.json" -- fetch_packages
printf '%s\n' "$folder"
