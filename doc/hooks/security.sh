#!/bin/sh
# security.sh WORD: no message with this word in its subject; for filter(8), -c
if sed '/^$/q' | grep -qi "^Subject:.*$1"; then
	echo "nothing about $1, please"
	exit 100
fi
