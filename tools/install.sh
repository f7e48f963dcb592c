#!/usr/bin/env bash
# Make .venv hold exactly this checkout: the core and every plugins/* editable, and the
# development tools, at the versions of constraints.txt. Does nothing when nothing changed.
#
#   PYTHON   interpreter to make .venv with (default: python3)
#   EXTRAS   extras of the core to install   (default: dev,parquet); empty: those that are there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-python3}
extras=${EXTRAS-dev,parquet}
venv=.venv
stamp=$venv/.ready
if [[ -z $extras && -f $stamp ]]; then
    extras=$(head -n 1 "$stamp")
fi

# Two makes at once must not write to one environment.
if command -v flock >/dev/null; then
    exec 9>.venv.lock
    flock 9
fi

plugin_folders() {
    local file
    for file in plugins/*/setup.cfg; do
        [[ -e $file ]] && dirname "$file"
    done
    return 0
}

# What the environment depends on: the requirements, and which plugins there are.
fingerprint() {
    echo "$extras"
    cksum setup.cfg setup.py pyproject.toml constraints.txt tools/install.sh
    plugin_folders | while read -r folder; do
        cksum "$folder/setup.cfg" "$folder/pyproject.toml"
    done
}

if [[ -x $venv/bin/python && -f $stamp ]] && [[ $(<"$stamp") == "$(fingerprint)" ]]; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "GrowthCore needs Python 3.11 or newer; $python is not. Try: make install PYTHON=python3.11" >&2
    exit 1
fi

# A venv whose interpreter has gone (or that broke off half-way) is made anew.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    echo "Creating $venv"
    "$python" -m venv --clear "$venv"
fi
rm -f "$stamp"

# A current pip takes half the time of the one that comes with Python 3.11. Modules are compiled when
# they are first imported, since most never are. Packages are built in the environment itself:
# isolated builds would fetch setuptools once for each.
pip=("$venv/bin/python" -m pip --disable-pip-version-check -qq)
"${pip[@]}" install --no-compile --constraint constraints.txt --upgrade pip "setuptools>=77"

requirements=(--editable ".${extras:+[$extras]}")
while read -r folder; do
    requirements+=(--editable "$folder")
done < <(plugin_folders)
echo "Installing GrowthCore and $(plugin_folders | wc -l) plugins into $venv"
"${pip[@]}" install --no-compile --constraint constraints.txt --no-build-isolation "${requirements[@]}"

# A plugin whose folder was removed or renamed must not stay installed.
for distribution in "$venv"/lib/python*/site-packages/growthcore_*.dist-info; do
    [[ -e $distribution ]] || continue
    name=$(basename "$distribution")
    name=${name%%-*}
    [[ -e plugins/${name#growthcore_}/setup.cfg ]] || "${pip[@]}" uninstall --yes "$name"
done

fingerprint >"$stamp"
