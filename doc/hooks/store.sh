#!/bin/sh
# store.sh DIR: a message goes to a file of its own; a command of local-deliver(8)
file=$1/$(date +%s).$$
cat >"$file.new" && mv "$file.new" "$file.eml" || exit 111
