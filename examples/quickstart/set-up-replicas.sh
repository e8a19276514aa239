#!/bin/sh
# What the replicas need before they start: an install, a build, the tables, and two instances. Run again, it changes nothing.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -d node_modules/tsx ]; then npm ci --no-audit --no-fund; fi
node scripts/build.mjs --if-stale
cd examples/quickstart
node ../../dist/plugboard.js migrate
node ../../dist/plugboard.js sync
list=$(node ../../dist/plugboard.js list notifier --json)
for name in one two; do
  case "$list" in *"Files $name"*) continue ;; esac
  node ../../dist/plugboard.js instance create notifier maildir --name "Files $name" --status active --set "directory=${MESSAGES:-/messages}/$name"
done
