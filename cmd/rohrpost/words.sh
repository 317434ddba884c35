# rohrpost(8): arguments that are to be names, addresses and domains

# a name for a mailbox, as route makes it of an address
mailbox_name() {
	case $1 in
	'' | [!a-z0-9_]* | *[!a-z0-9._=-]*) return 1 ;;
	esac
	[ ${#1} -le 128 ]
}

port_ok() {
	case $1 in '' | *[!0-9]* | 0* | ??????*) return 1 ;; esac
	[ "$1" -le 65535 ]
}

ip4_ok() {
	case $1 in
	*[!0-9.]* | *..* | .* | *. | *.*.*.*.*) return 1 ;;
	*.*.*.*) rest=$1. ;;
	*) return 1 ;;
	esac
	while [ -n "$rest" ]; do
		part=${rest%%.*} rest=${rest#*.}
		case $part in 0?* | ????*) return 1 ;; esac
		[ "$part" -le 255 ] || return 1
	done
}

# groups of hex digits, eight or fewer with one :: in place of the others
ip6_ok() {
	printf '%s\n' "$1" | awk -F: 'NR > 1 || !/:/ || /:::/ || /::.*::/ || /^:[^:]/ || /[^:]:$/ { exit bad = 1 }
		{ for (i = 1; i <= NF; i++) { if ($i !~ /^[0-9a-fA-F]*$/ || length($i) > 4) bad = 1; n += $i != "" }
		  if (/::/ ? n > 7 : n != 8) bad = 1 }
		END { exit bad }'
}

# labels as in the DNS, of any script
domain_ok() {
	[ -n "$1" ] && printf '%s\n' "$1" | LC_ALL=C awk -F. 'NR > 1 || length($0) > 253 || /[^a-zA-Z0-9._\200-\377-]/ { exit bad = 1 }
		{ for (i = 1; i <= NF; i++) if ($i == "" || length($i) > 63 || $i ~ /^-|-$/) bad = 1 }
		END { exit bad }'
}

# ADDR:PORT, and HOST:PORT
address_ok() {
	port_ok "${1##*:}" || return
	a=${1%:*}
	case $a in
	\[*\]) a=${a#\[} && ip6_ok "${a%\]}" ;;
	*) ip4_ok "$a" ;;
	esac
}

host_ok() {
	address_ok "$1" && return
	# an address in brackets is none of a name, IPv4 also
	case $1 in
	\[*\]:*) a=${1#\[} && port_ok "${1##*\]:}" && ip4_ok "${a%\]:*}" && return ;;
	esac
	port_ok "${1##*:}" && domain_ok "${1%:*}" && ! ip4_ok "${1%:*}" &&
		case ${1%:*} in *[!0-9.]*) ;; *) return 1 ;; esac
}

# an address that may stand in a shell script
contact_ok() {
	case ${1%@*} in '' | *[!A-Za-z0-9._=+-]* | [.-]* | *. | *..*) return 1 ;; esac
	case $1 in *@*[!A-Za-z0-9.-]*) return 1 ;; *@*) domain_ok "${1##*@}" ;; *) return 1 ;; esac
}
