#!/usr/bin/env bash
# Debian and Ubuntu packages that the tests use: chromium for the browser tests, LibreOffice to render
# test documents, CJK fonts for both. The program itself needs none of them.
set -euo pipefail
packages=(chromium fonts-noto-cjk libreoffice-writer-nogui libreoffice-calc-nogui python3-venv)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "not root: these packages are missing, and the tests that need them will be skipped: ${missing[*]}" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends "${missing[@]}"
