#!/usr/bin/env bash
# Makes the base images, build and run, of Debian packages: an OCI layout with these two tags, for one or several CPUs.
# Linux, root, debootstrap.
#
#   usage: base/make.sh [--unconfigured] OUT [amd64|arm64...]     default: this machine's CPU
#   DEBIAN_MIRROR   where the packages come from; otherwise debootstrap's own. A snapshot of Debian makes the images repeatable
#
# Packages for another CPU are set up by programs for that CPU, so the kernel has to be able to run them (qemu-user-static).
# With --unconfigured they are unpacked and not set up: such an image has the right shape, config and user, so a builder
# can be made of it, and nothing more.
set -euo pipefail

readonly SUITE=bookworm VERSION=12
# What every file's time is set to, and what tools that look at this variable take for now: 1980-01-01T00:00:01Z.
export SOURCE_DATE_EPOCH=315532801
readonly CREATED=1980-01-01T00:00:01Z
# Whoever runs an application is not who built it; they share a group.
readonly BUILD_UID=1001 RUN_UID=1002 GID=1000
export LC_ALL=C TZ=UTC DEBIAN_FRONTEND=noninteractive

fail() {
  printf 'make.sh: %s\n' "$1" >&2
  exit 1
}

unconfigured=
if [ "${1:-}" = --unconfigured ]; then
  unconfigured=yes
  shift
fi
[ $# -gt 0 ] || fail 'usage: make.sh [--unconfigured] OUT [amd64|arm64...]'
[ "$(id -u)" = 0 ] || fail 'debootstrap wants root'
command -v debootstrap >/dev/null || fail 'there is no debootstrap'
out=$1
shift
this=$(dpkg --print-architecture)
[ $# -gt 0 ] || set -- "$this"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debs"

runs_here() { # CPU
  [ "$1" = "$this" ] || { [ "$1" = arm64 ] && [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ]; }
}

# usage: install ROOT CPU PACKAGES
install() {
  local root=$1 cpu=$2 packages=$3 foreign=()
  if ! runs_here "$cpu"; then
    [ -n "$unconfigured" ] || fail "this machine does not run programs for $cpu; see the head of this file"
    foreign=(--foreign)
  fi
  debootstrap --variant=minbase --arch="$cpu" --include="$packages" --cache-dir="$work/debs" "${foreign[@]}" \
    "$SUITE" "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    fail "debootstrap could not install $SUITE for $cpu"
  }
}

# Takes away what differs from run to run, or says where this was made.
tidy() { # ROOT
  (
    cd "$1"
    rm -rf debootstrap var/cache/apt/* var/cache/debconf/*-old var/cache/ldconfig/* var/lib/apt/lists/* var/lib/dpkg/*-old \
      var/log/* etc/*- etc/hostname etc/resolv.conf
    # In a container debootstrap links to the proc of this machine. Nothing is deleted through a link, or on another device.
    for name in dev proc sys; do
      [ ! -L $name ] || { rm $name && mkdir $name; }
    done
    find dev proc sys run tmp -xdev -mindepth 1 -delete
    # The day a password was last changed, of accounts that have none.
    if [ -e etc/shadow ]; then sed -i -E 's/^([^:]*:[^:]*:)[0-9]+:/\1:/' etc/shadow; fi
  )
}

add_user() { # ROOT UID
  (
    cd "$1"
    # Debian's packages make these two when they are set up.
    for name in passwd group; do
      [ -e "etc/$name" ] || cp "usr/share/base-passwd/$name.master" "etc/$name"
    done
    printf 'cnb:x:%s:\n' "$GID" >>etc/group
    printf 'cnb:x:%s:%s::/home/cnb:/bin/bash\n' "$2" "$GID" >>etc/passwd
    mkdir -p home/cnb
    chown "$2:$GID" home/cnb
  )
}

put() { # FILE: moves it to its place among the blobs; prints digest and size
  local digest size
  digest=$(sha256sum "$1" | cut -c1-64)
  size=$(stat -c %s "$1")
  mv "$1" "$out/blobs/sha256/$digest"
  printf '"digest":"sha256:%s","size":%s' "$digest" "$size"
}

# Writes one image, and to FILE what an index says of it.
# usage: image ROOT CPU UID ENV LABELS FILE       (ENV and LABELS: JSON, without the brackets)
image() {
  local root=$1 cpu=$2 uid=$3 env=$4 labels=$5 file=$6 diff_id layer config
  (cd "$root" && tar --create --sort=name --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu --file "$work/layer" -- *)
  diff_id=$(sha256sum "$work/layer" | cut -c1-64)
  gzip --no-name --force "$work/layer"
  layer=$(put "$work/layer.gz")
  cat >"$work/config" <<JSON
{"created":"$CREATED","architecture":"$cpu","os":"linux","config":{"User":"$uid:$GID","Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"$env],"WorkingDir":"/home/cnb","Labels":{$labels}},"rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]},"history":[{"created":"$CREATED","created_by":"debootstrap $SUITE"}]}
JSON
  config=$(put "$work/config")
  cat >"$work/manifest" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",$config},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",$layer}]}
JSON
  printf '{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"platform":{"architecture":"%s","os":"linux"}}' \
    "$(put "$work/manifest")" "$cpu" >"$file"
}

# Writes the index of one tag, and prints what the layout says of it.
index() { # TAG FILE...
  local tag=$1
  shift
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}\n' \
    "$(join "$@")" >"$work/index"
  printf '{"mediaType":"application/vnd.oci.image.index.v1+json",%s,"annotations":{"org.opencontainers.image.ref.name":"%s"}}' \
    "$(put "$work/index")" "$tag"
}

join() { # FILE...: their contents with commas between them
  local file comma=
  for file; do
    printf %s "$comma"
    cat "$file"
    comma=,
  done
}

rm -rf "$out"
mkdir -p "$out/blobs/sha256"
out=$(cd "$out" && pwd)
labels="\"io.buildpacks.base.distro.name\":\"debian\",\"io.buildpacks.base.distro.version\":\"$VERSION\""
for cpu; do
  note=
  runs_here "$cpu" || note=',"org.opencontainers.image.description":"packages unpacked, not set up: for tests of shape only"'

  install "$work/build-root" "$cpu" ca-certificates,curl
  tidy "$work/build-root"
  add_user "$work/build-root" $BUILD_UID
  image "$work/build-root" "$cpu" $BUILD_UID ",\"CNB_USER_ID=$BUILD_UID\",\"CNB_GROUP_ID=$GID\"" "$labels$note" "$work/build.$cpu"
  rm -rf "$work/build-root"

  install "$work/run-root" "$cpu" ca-certificates
  tidy "$work/run-root"
  add_user "$work/run-root" $RUN_UID
  image "$work/run-root" "$cpu" $RUN_UID '' "$labels$note" "$work/run.$cpu"
  rm -rf "$work/run-root"
done
printf '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,%s]}\n' \
  "$(index build "${@/#/"$work/build."}")" "$(index run "${@/#/"$work/run."}")" >"$out/index.json"
