#!/bin/sh
# jobs.sh FIELD NEW: jobs with a field like this get another one; job(5), before
# the next link: queue-run QUEUE sh -c 'sh jobs.sh to:*@slow.example prio:9 | exec ...'
tab=$(printf '\t')
while IFS= read -r job; do
	# shellcheck disable=SC2254
	case $tab$job$tab in
	*$tab$1$tab*) job=$job$tab$2 ;;
	esac
	printf '%s\n' "$job"
done
