#!/usr/bin/env bash
# Resolve the requirements of the core, with every extra, and of all plugins anew, and write the
# versions found to constraints.txt. Run it under the oldest Python that is supported.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
pip=("$work/venv/bin/python" -m pip --disable-pip-version-check -qq)

requirements=(--editable ".[dev,parquet,recs]")
for file in plugins/*/setup.cfg; do
    [[ -e $file ]] && requirements+=(--editable "$(dirname "$file")")
done
"${pip[@]}" install --upgrade pip "setuptools>=77"
"${pip[@]}" install --no-build-isolation "${requirements[@]}"

{
    echo "# Every version that was resolved and tested together. Rewritten by: make pins"
    "${pip[@]}" freeze --all --exclude-editable | LC_ALL=C sort --ignore-case
} >"$work/constraints.txt"
mv "$work/constraints.txt" constraints.txt
