#!/usr/bin/env bash
# Brings the English catalogue of the admin up to date with its pages, whose Korean texts are the
# message ids, and compiles it. What has no English yet is listed, and the run fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=.venv/bin
folder=growthcore/web/admin/translations/en/LC_MESSAGES
template=$(mktemp)
trap 'rm -f "$template"' EXIT

mkdir -p "$folder"
"$bin/pybabel" -q extract --mapping-file tools/babel.cfg --keywords _l --no-location --sort-output \
    --omit-header --output-file "$template" .
if [[ -f $folder/messages.po ]]; then
    "$bin/pybabel" -q update --no-fuzzy-matching --ignore-obsolete --omit-header --input-file "$template" \
        --output-file "$folder/messages.po" --locale en
else
    "$bin/pybabel" -q init --input-file "$template" --output-file "$folder/messages.po" --locale en
fi
# A catalogue without a header counts as fuzzy.
"$bin/pybabel" -q compile --use-fuzzy --input-file "$folder/messages.po" --output-file "$folder/messages.mo" --locale en
"$bin/python" tools/untranslated.py "$folder/messages.po"
