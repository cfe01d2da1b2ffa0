#!/bin/sh
# The quotations of an article as JSON: examples/curl.sh seeds/06-town-council.txt
# A file that ends in .html is sent as a web page.
set -eu
case "$1" in
    *.html) type=text/html ;;
    *) type=text/plain ;;
esac
curl --silent --show-error --fail-with-body --header "Content-Type: $type" --data-binary "@$1" \
    "${QUOTATIONS_URL:-http://127.0.0.1:8000}/v1/quotations"
