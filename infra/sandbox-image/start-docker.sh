#!/bin/sh
# Starts a Docker daemon of its own where none runs (as root, without systemd), makes the sandbox image when it is missing,
# and prints the DOCKER_HOST to use. For CI and for machines that have no registry at hand.
#   export DOCKER_HOST="$(sh infra/sandbox-image/start-docker.sh [directory])"
set -eu
directory="${1:-/var/tmp/opencode-docker}"
image="${SANDBOX_DOCKER_IMAGE:-opencode-sandbox:latest}"
here="$(cd "$(dirname "$0")" && pwd)"

if ! docker version >/dev/null 2>&1; then
  export DOCKER_HOST="unix://$directory/docker.sock"
  if ! docker version >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] || { echo "No Docker daemon answers, and starting one needs root." >&2; exit 1; }
    command -v dockerd >/dev/null || { echo "dockerd is missing: apt-get install -y docker.io" >&2; exit 1; }
    mkdir -p "$directory"
    # Sandboxes have no network: neither has this daemon anything to do with the machine's bridges and firewall.
    setsid dockerd --data-root "$directory/data" --exec-root "$directory/exec" --pidfile "$directory/pid" \
      --host "$DOCKER_HOST" --bridge none --iptables=false >"$directory/log" 2>&1 </dev/null &
    tries=0
    until docker version >/dev/null 2>&1; do
      tries=$((tries + 1))
      [ "$tries" -lt 100 ] || { echo "dockerd did not start:" >&2; tail -5 "$directory/log" >&2; exit 1; }
      sleep 0.2
    done
  fi
fi
docker image inspect "$image" >/dev/null 2>&1 || sh "$here/build-without-registry.sh" "$image" >&2
echo "${DOCKER_HOST:-unix:///var/run/docker.sock}"
