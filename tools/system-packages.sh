#!/usr/bin/env bash
# Install what the tests need and pip can't bring: a headless Chromium and a font with Hangul,
# and on Debian the module that makes virtual environments. With the argument "bench" instead what
# benchmarks measure with: wrk, and Postfix's smtp-source and smtp-sink, its mail server left
# unconfigured and stopped. Does nothing where they are there.
#
#   GC_CHROMIUM   path of a Chromium to use instead of the system's
#   PYTHON        interpreter that will make .venv (default: python3)
set -euo pipefail

has_browser() {
    [[ -n ${GC_CHROMIUM:-} ]] && return 0
    local name
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}

has_hangul_font() {
    if command -v fc-list >/dev/null; then
        [[ -n $(fc-list :lang=ko family) ]]
    else
        compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null
    fi
}

has_venv() {
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null
}

has_smtp_source() {
    PATH=$PATH:/usr/sbin command -v smtp-source >/dev/null
}

missing=()
if [[ ${1:-} == bench ]]; then
    has_smtp_source || missing+=(postfix)
    command -v wrk >/dev/null || missing+=(wrk)
else
    has_browser || missing+=(chromium-headless-shell)
    has_hangul_font || missing+=(fonts-noto-cjk)
    has_venv || missing+=(python3-venv)
fi
[[ ${#missing[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -eq 0 ]]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo)
else
    as_root=()
    cannot=1
fi

if [[ -n ${cannot:-} ]] || ! command -v apt-get >/dev/null; then
    echo "System packages are missing here. Install them and try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

echo "Installing system packages: ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
"${apt[@]}" update
if [[ " ${missing[*]} " == *" postfix "* ]]; then
    echo "postfix postfix/main_mailer_type select No configuration" | "${as_root[@]}" debconf-set-selections
fi
"${apt[@]}" install --no-install-recommends --yes "${missing[@]}" >/dev/null
