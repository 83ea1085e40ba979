#!/usr/bin/env bash
# Builds the real lifecycle from its Go module, at the version that go.mod pins, and packs it as its releases are packed, with
# the project's own packager (without the SBOM files, which want another tool). Needs go and a module proxy.
# usage: make.sh OUT     makes OUT/lifecycle-vVERSION+linux.x86-64.tgz and the same for arm64
set -euo pipefail

module=github.com/buildpacks/lifecycle
out=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
read -r version source < <(go list -m -f '{{.Version}} {{.Dir}}' $module)
version=${version#v}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CGO_ENABLED=0 TMPDIR=$work
for name in x86-64 arm64; do
  folder=$work/$name/lifecycle
  mkdir -p "$folder"
  for program in lifecycle launcher; do
    GOOS=linux GOARCH=${name/x86-64/amd64} go build -mod=readonly -trimpath -buildvcs=false -o "$folder/$program" \
      -ldflags "-s -w -X $module/cmd.Version=$version" "$module/cmd/$program"
  done
  for phase in analyzer builder creator detector exporter extender rebaser restorer; do
    ln -s lifecycle "$folder/$phase"
  done
  # The packager keeps times, and they are part of the layer: 1980-01-01T00:00:01Z.
  find "$work/$name" -exec touch --no-dereference --date=@315532801 {} +
  go run -mod=readonly "$module/tools/packager" --inputDir "$folder" --version "$version" \
    --descriptorPath "$source/lifecycle.toml" --archivePath "$work/$name.tgz"
  mv "$work/$name.tgz" "$out/lifecycle-v$version+linux.$name.tgz"
done
