# rohrpost(8): what comes back, and how far events are on their way to other systems

ship_late=300 # seconds

# for each destination its name, how many events wait, for how many seconds, how
# many were refused for good, and lost
behind() {
	[ ! -d "$dir/service/ship" ] || patient log-ship -c -C "$dir/conf" -S "$dir/ship" "$dir/log"
	[ ! -d "$dir/service/suppress" ] ||
		patient log-ship -c -S "$dir/suppress/ship" -N suppress -f "$(sed -n 's/.* -f \([^ ]*\) .*/\1/p' "$dir/service/suppress/run")" "$dir/log"
}
# find_shipped: sets $shipped to that, a line each
find_shipped() {
	shipped=''
	[ -d "$dir/service/ship" ] || [ -d "$dir/service/suppress" ] || return 0
	shipped=$(behind 2>/dev/null | tr '\t' '\n' | awk -F: '
		$1 == "dest" { d = $2; if (!(d in seen)) { seen[d] = 1; names[++n] = d } }
		$1 == "waiting" { waiting[d] += $2 }
		$1 == "lag" && $2 + 0 > lag[d] { lag[d] = $2 + 0 }
		$1 == "dead" { dead[d] += $2 }
		$1 == "lost" { lost[d] += $2 }
		END { for (i = 1; i <= n; i++) { d = names[i]; print d, waiting[d] + 0, int(lag[d] + 0), dead[d] + 0, lost[d] + 0 } }')
}

# a line for each, for people
show_shipped() {
	[ -d "$dir/service/ship" ] || [ -d "$dir/service/suppress" ] || return 0
	echo "events for other systems"
	[ -z "$shipped" ] || echo "$shipped" | while read -r d waiting lag dead lost; do
		since=", the first for $lag seconds"
		[ "$waiting" != 0 ] || since=
		echo "  $d: $waiting wait$since; $dead refused for good, $lost lost"
	done
}

# what is wrong with them
shipping() {
	[ -n "${shipped+set}" ] || find_shipped
	[ -z "$shipped" ] || echo "$shipped" | while read -r d waiting lag dead lost; do
		[ "$lag" -lt $ship_late ] ||
			say ship "$d is $lag seconds behind, and $waiting events wait: $(diagnostics ship | grep -aF ": $d: " | tail -n 1 | sed 's/^[^ ]* //')"
		[ "$dead" = 0 ] ||
			say "warning: ship" "$d has refused $dead events for good: they stand in $dir/ship/$d/dead, and log-ship -D sends them again"
		[ "$lost" = 0 ] ||
			say ship "$d: $lost times the log was given away before it was shipped: let it have more files, $dir/log/*/config"
	done
}

# what came back and was not understood: a person looks at it, and takes it away
kept() {
	[ -d "$dir/feedback" ] || return 0
	n=$(find "$dir/feedback/kept/new" "$dir/feedback/kept/cur" -type f 2>/dev/null | wc -l)
	echo "what comes back"
	echo "  $n messages that were not understood wait for a person in $dir/feedback/kept"
}
