#!/bin/sh
# Signs who a visitor is (HS256), to try it out: sh sign.sh KEYFILE SUBJECT [AUDIENCE [MORE]]
# MORE: further claims as JSON, without the braces: '"name": "Ada", "plan": "gold"'
set -eu
key=$(head -n 1 "$1")
now=$(date +%s)
url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

header=$(printf '{"alg":"HS256","typ":"JWT"}' | url)
payload=$(printf '{"sub":"%s","aud":"%s","iat":%d,"exp":%d%s}' \
    "$2" "${3:-default}" "$now" "$((now + 300))" "${4:+,$4}" | url)
signature=$(printf '%s.%s' "$header" "$payload" |
    openssl dgst -sha256 -mac HMAC -macopt "key:$key" -binary | url)
printf '%s.%s.%s\n' "$header" "$payload" "$signature"
