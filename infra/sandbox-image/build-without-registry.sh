#!/bin/sh
# Makes the sandbox image where no image registry can be reached: debootstrap + docker import (as root, on Debian or Ubuntu).
#   sh infra/sandbox-image/build-without-registry.sh [tag] [node binary]
set -eu
tag="${1:-opencode-sandbox:latest}"
node="${2:-$(dirname "$0")/../../node_modules/node/bin/node}"
suite="${SUITE:-bookworm}"
mirror="${MIRROR:-http://deb.debian.org/debian}"
for program in debootstrap docker tar; do
  command -v "$program" >/dev/null || { echo "$program is missing: apt-get install -y debootstrap docker.io" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "debootstrap needs root" >&2; exit 1; }
[ -x "$node" ] || { echo "$node is not a Node binary: npm ci, or name one as the second argument" >&2; exit 1; }

packages=bash,ca-certificates,curl,git,jq,less,libstdc++6,make,patch,procps,python3-minimal,ripgrep,tini,unzip,xz-utils

# The system without Node is kept for the next time: it is the same until this file, the suite or the mirror change.
cache="${SANDBOX_IMAGE_CACHE:-/var/cache/opencode/sandbox-image}"
key="$(printf '%s' "$suite $mirror $packages $(cat "$0")" | sha256sum | cut -c1-16)"
tarball="$cache/$suite-$key.tar"
root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
if [ -f "$tarball" ]; then
  tar --numeric-owner -C "$root" -xf "$tarball"
else
  debootstrap --variant=minbase --include="$packages" "$suite" "$root" "$mirror"
  mkdir -p "$cache"
  rm -f "$cache/$suite-"*.tar
  # By rename: a run that is stopped in the middle leaves nothing that looks whole.
  tar --numeric-owner -C "$root" -cf "$tarball.$$" . && mv "$tarball.$$" "$tarball"
fi
install -m 755 "$node" "$root/usr/local/bin/node"
echo "agent:x:1000:" >> "$root/etc/group"
echo "agent:x:1000:1000:agent:/home/agent:/bin/bash" >> "$root/etc/passwd"
install -d -o 1000 -g 1000 "$root/home/agent" "$root/workspace" "$root/control" "$root/outputs"
rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists" "$root/usr/share/doc" "$root/usr/share/man"
mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
find "$root" -xdev -perm /6000 -type f -exec chmod a-s {} +
tar --numeric-owner -C "$root" -c . | docker import --change "USER 1000:1000" --change "WORKDIR /workspace" - "$tag"
