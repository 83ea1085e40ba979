#!/usr/bin/env bash
# Builds the peers that come as Go source, at the versions their go.mod files pin, into test/peers/bin (git-ignored).
# usage: test/peers/build.sh [crane] [pack]   (default: both). Needs go and a module proxy; what is there is not built again.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p bin
bin=$PWD/bin

command -v go >/dev/null || { echo 'build.sh: no go on the PATH' >&2; exit 1; }

build() { # NAME PACKAGE LDFLAGS
  local stamp=$bin/.$1.go.sum
  if [ -x "$bin/$1" ] && cmp -s "$1/go.sum" "$stamp"; then return; fi
  (cd "$1" && go build -mod=readonly -trimpath -buildvcs=false -ldflags "$3" -o "$bin/$1" "$2")
  cp "$1/go.sum" "$stamp"
}

[ $# -gt 0 ] || set -- crane pack
for peer; do
  case $peer in
    crane)
      version=$(cd crane && go list -m -f '{{.Version}}' github.com/google/go-containerregistry)
      build crane github.com/google/go-containerregistry/cmd/crane \
        "-s -w -X github.com/google/go-containerregistry/cmd/crane/cmd.Version=$version"
      ;;
    pack)
      build pack github.com/buildpacks/pack \
        '-s -w -X github.com/buildpacks/pack/pkg/client.Version=0.40.6 -X github.com/buildpacks/pack.Version=0.40.6'
      ;;
    *)
      echo "build.sh: no such peer: $peer" >&2
      exit 1
      ;;
  esac
done
