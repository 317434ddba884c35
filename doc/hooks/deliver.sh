#!/bin/sh
# deliver.sh FILE: a last link, which writes down who got what; chain(7)
tab=$(printf '\t')
while IFS= read -r job; do
	id=${job#*id:} id=${id%%"$tab"*}
	n=${job#*"${tab}n:"} n=${n%%"$tab"*}
	to=${job#*"${tab}to:"} to=${to%%"$tab"*}
	if echo "$id $to" >>"$1"; then
		printf 'id:%s\tn:%s\tstatus:sent\tcode:250\n' "$id" "$n"
	else
		printf 'id:%s\tn:%s\tstatus:later\n' "$id" "$n"
	fi
done
