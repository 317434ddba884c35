#!/bin/sh
# greylist.sh DIR SECONDS: a policy server at rcpt, conf-hooks(5)
key=
while IFS= read -r line; do
	case $line in
	client_address=* | sender=* | recipient=*) key=$key$line ;;
	'')
		file=$1/$(printf %s "$key" | sha256sum | cut -c 1-64)
		if [ -e "$file" ] && [ $(($(date +%s) - $(stat -c %Y "$file"))) -ge "$2" ]; then
			printf 'action=DUNNO\n\n'
		else
			[ -e "$file" ] || : >"$file"
			printf 'action=DEFER_IF_PERMIT 4.7.1 come again\n\n'
		fi
		key= ;;
	esac
done
