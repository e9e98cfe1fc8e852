#!/usr/bin/env bash
# Resolve pyproject.toml anew into the two locks, for every platform and Python from 3.11 on. Neither names an index.
# The first one is the demo's: the library with all extras, and what Halftone itself imports. It holds setuptools too, so that
# the source is installed without asking an index.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null; then
    echo "make lock needs uv: pip install uv" >&2
    exit 1
fi
resolve() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --no-emit-find-links "$@" pyproject.toml
}
demo=(--extra all --group demo --group install)
resolve "${demo[@]}" --output-file requirements.lock
resolve "${demo[@]}" --group dev --constraint requirements.lock --output-file requirements-dev.lock
