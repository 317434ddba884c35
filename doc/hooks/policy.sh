#!/bin/sh
# policy.sh ATTRIBUTE PATTERN ACTION: a policy server, conf-hooks(5)
value=
while IFS= read -r line; do
	case $line in
	"$1="*) value=${line#*=} ;;
	'')
		# shellcheck disable=SC2254
		case $value in
		$2) printf 'action=%s\n\n' "$3" ;;
		*) printf 'action=DUNNO\n\n' ;;
		esac
		value= ;;
	esac
done
