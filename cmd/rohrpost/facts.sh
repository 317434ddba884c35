# rohrpost(8): what stands in the run files of the services

# find_facts: sets $facts, lines of SERVICE, KEY and VALUE:
#	address	where it listens
#	proxy	-P where conf/relay takes who asks there from here for a proxy, for
#		whose header the server waits
#	submit	the socket where it takes what a chain hands in
#	sockets	those that its programs connect to
#	user	as whom it runs, if not as who has called rohrpost up
#	tls, plain	it speaks TLS; it has logins without
# and of all of them, as SERVICE -:
#	users	as whom they run
#	logins	the sockets of who knows the logins
#	signed	a domain of conf/dkim
find_facts() {
	services
	set --
	for f in "$dir/conf/relay" "$dir/conf/dkim"; do
		[ ! -r "$f" ] || set -- "$@" "$f"
	done
	for s in $services; do
		[ ! -r "$dir/service/$s/run" ] || set -- "$@" "$dir/service/$s/run"
	done
	facts=
	[ $# = 0 ] || facts=$(LC_ALL=C awk '
		# the first that is said; one more of a list
		function put(service, key, v) {
			if (!((service, key) in fact)) fact[service, key] = v
		}
		function add(service, key, v) {
			if (index(" " fact[service, key] " ", " " v " ") == 0)
				fact[service, key] = fact[service, key] (fact[service, key] == "" ? "" : " ") v
		}
		# what conf/relay says of who asks at this address from there
		function proxy(a,    k, best, yes) {
			sub(/:[0-9]*$/, "", a)
			gsub(/[][]/, "", a)
			if (a == "0.0.0.0") a = "127.0.0.1"
			if (a == "::") a = "::1"
			best = -1
			# an address, or how it begins
			for (k in relay)
				if ((k == a || k == "" || (k ~ /[.:]$/ && index(a, k) == 1)) && length(k) > best) {
					best = length(k)
					yes = relay[k]
				}
			return yes
		}
		FNR == 1 {
			n = split(FILENAME, path, "/")
			s = path[n - 1]
			own = held = chpst = 0
		}
		/^[ \t]*#/ { next }
		path[n] == "relay" && n > 1 && s == "conf" {
			if (match($0, /:(allow|deny)/)) {
				k = substr($0, 1, RSTART - 1)
				sub(/^[ \t]*/, "", k)
				if (!(k in relay)) relay[k] = /,PROXY=/
			}
			next
		}
		path[n] == "dkim" && s == "conf" {
			if (/^[a-z0-9][a-z0-9-]*\.[a-z0-9.-]*[ \t]/) put("-", "signed", $1)
			next
		}
		{
			if (/plain-auth/) put(s, "plain", 1)
			gsub(/\047/, " ")
			sub(/\\$/, "")
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^-[lw]$/ && $(i + 1) ~ /:[0-9]+$/) put(s, "address", $(i + 1))
				if ($i == "-u" && $(i + 1) ~ /^\//) put(s, "submit", $(i + 1))
				if ($i == "-P" && $(i + 1) ~ /^unix:/) add("-", "logins", $(i + 1))
				if ($i == "-K") put(s, "tls", 1)
				if ($i == "chpst") chpst = 1
				else if (chpst && $i == "-u") {
					fact[s, "user"] = $(i + 1)
					split($(i + 1), who, ":")
					add("-", "users", who[1])
				} else if (chpst && $i !~ /^-/ && $(i - 1) !~ /^-[^Pv012]/) chpst = 0
				# what they make themselves
				if ($i == "sock-hold") held = 1
				if (held) continue
				if ($i == "sock-serve") own = 1
				else if (own) { # its address is the first that is no option
					if ($i == "-c" || $i == "-m") i++
					else if ($i !~ /^-/) own = 0
				} else if (index($i, "unix:/") == 1 && $(i - 1) != "-r") add(s, "sockets", substr($i, 6))
				else if ($i ~ /^\/.*sock$/ && $(i - 1) ~ /^-[KLSkxs]$/) add(s, "sockets", $i)
			}
		}
		END {
			for (k in fact) {
				split(k, part, SUBSEP)
				print part[1], part[2], fact[k]
				if (part[2] == "address" && proxy(fact[k])) print part[1], "proxy -P"
			}
		}' "$@")
}

# fact SERVICE KEY: sets $value
fact() {
	value "$facts" "$1" "$2"
}

# address SERVICE: sets $address, where it listens
address() {
	fact "$1" address
	address=$value
}

# user SERVICE: sets $as, as whom root has it run, if not as root
user() {
	as=''
	[ "$uid" != 0 ] || {
		fact "$1" user
		as=$value
	}
}
