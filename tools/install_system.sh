#!/bin/sh
# Which system programs do the tests need? Installs them with apt where that may be used.
set -eu
# program that is looked for, and the packages that bring it
needed='
chromium chromium
soffice libreoffice-writer libreoffice-calc fonts-liberation
qpdf qpdf
pdftoppm poppler-utils
'
missing=$(printf '%s' "$needed" | while read -r program packages; do
  [ -z "$program" ] || command -v "$program" >/dev/null 2>&1 || printf '%s ' "$packages"
done)
if [ -z "$missing" ]; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not installed, and cannot be from here: $missing; tests of the map, of documents and of the" >&2
  echo "site that need them will be skipped" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
apt-get install -y -qq --no-install-recommends $missing >/dev/null
