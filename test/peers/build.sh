#!/usr/bin/env bash
# Builds the peers that come as Go source, at the versions their go.mod files pin, into test/peers/bin (git-ignored).
# usage: test/peers/build.sh [crane] [pack] [distribution] [conformance] [lifecycle]   (default: all). Needs go and a module proxy; what is there is not built again.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p bin
bin=$PWD/bin

command -v go >/dev/null || { echo 'build.sh: no go on the PATH' >&2; exit 1; }

compile() { # NAME PACKAGE GO-COMMAND...   in the folder NAME
  local name=$1 package=$2 stamp=$bin/.$1.go.sum
  shift 2
  if [ -x "$bin/$name" ] && cmp -s "$name/go.sum" "$stamp"; then return; fi
  (cd "$name" && "$@" -mod=readonly -trimpath -buildvcs=false -o "$bin/$name" "$package")
  cp "$name/go.sum" "$stamp"
}

build() { # NAME PACKAGE LDFLAGS
  compile "$1" "$2" go build -ldflags "$3"
}

[ $# -gt 0 ] || set -- crane pack distribution conformance lifecycle
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
    distribution)
      version=$(cd distribution && go list -m -f '{{.Version}}' github.com/distribution/distribution/v3)
      build distribution github.com/distribution/distribution/v3/cmd/registry \
        "-s -w -X github.com/distribution/distribution/v3/version.version=$version"
      ;;
    conformance)
      compile conformance github.com/opencontainers/distribution-spec/conformance go test -c
      ;;
    lifecycle)
      version=$(cd lifecycle && go list -m -f '{{.Version}}' github.com/buildpacks/lifecycle)
      CGO_ENABLED=0 build lifecycle github.com/buildpacks/lifecycle/cmd/lifecycle \
        "-s -w -X github.com/buildpacks/lifecycle/cmd.Version=${version#v}"
      ;;
    *)
      echo "build.sh: no such peer: $peer" >&2
      exit 1
      ;;
  esac
done
