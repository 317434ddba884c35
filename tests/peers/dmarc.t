#!/bin/sh
# dmarc-check -p and libopendmarc say the same of generated policies and
# alignments, both with the same name server and the same suffix list.
. "$(dirname "$0")/../lib.sh"
list=/usr/share/publicsuffix/public_suffix_list.dat
peer libopendmarc python3 -c 'import ctypes; ctypes.CDLL("libopendmarc.so.2")' || { done_testing; exit 1; }
peer publicsuffix test -e $list || { done_testing; exit 1; }
cd "$T" || exit 1
cat >peer.py <<'X'
import ctypes, itertools, json, random, subprocess, sys

R = random.Random(9989)
SUFFIX = ["com", "co.uk", "uk.com", "kyoto.jp", "github.io"]


def record():
    t = ["v=DMARC1", "p=" + R.choice(["none", "quarantine", "reject", "Reject"])]
    for name, values in (("sp", ["none", "quarantine", "reject"]), ("adkim", "rsS"),
                         ("aspf", "rs"), ("pct", ["100"]), ("fo", ["1"]), ("x", ["y"])):
        if R.random() < 0.4:
            t.append(name + "=" + R.choice(values))
    return R.choice(["; ", ";", " ; "]).join(t) + R.choice(["", ";"])


def make(n):
    org = f"c{n}." + R.choice(SUFFIX)
    other = f"o{n}." + org.split(".", 1)[1]
    below = R.choice(["mail.", "a.b.", ""]) + org
    zone = {}
    where = R.randrange(5)
    if where in (0, 1, 3):
        zone["_dmarc." + org] = {"TXT": record()}
    if where in (1, 2):
        zone["_dmarc." + below] = {"TXT": record()}
    pool = [org, below, "x." + org, "x." + below, other, "x." + other,
            org.split(".", 1)[1], org.upper(), "sub" + org]
    dkim = [R.choice(pool) for _ in range(R.randrange(3))]
    spf = R.choice(pool) if R.random() < 0.5 else None
    return zone, below, dkim, spf


class Lib(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("file", ctypes.c_char * 4096),
                ("ns", ctypes.c_int), ("addr", (ctypes.c_ubyte * 16) * 3)]


def peer(lib, source, dkim, spf):
    x = lib.opendmarc_policy_connect_init(b"192.0.2.1", 0)
    x = ctypes.c_void_p(x)
    lib.opendmarc_policy_store_from_domain(x, source.encode())
    for d in dkim:
        lib.opendmarc_policy_store_dkim(x, d.encode(), b"s", 1, b"")
    if spf:
        lib.opendmarc_policy_store_spf(x, spf.encode(), 1, 0, b"")
    lib.opendmarc_policy_query_dmarc(x, source.encode())
    enforce = lib.opendmarc_get_policy_to_enforce(x)
    used = lib.opendmarc_get_policy_token_used(x)
    value = ctypes.c_int()
    (lib.opendmarc_policy_fetch_sp if used == 15 else lib.opendmarc_policy_fetch_p)(x, ctypes.byref(value))
    lib.opendmarc_policy_connect_shutdown(x)
    if enforce in (14, 9, 10, 3, 4, 5):
        return "none", None
    if enforce == 15:
        return "pass", None
    return "fail", {16: "reject", 17: "quarantine", 18: "none"}.get(enforce, str(enforce))


def ours(server, source, dkim, spf):
    args = ["dmarc-check", "-p", "-r", server, "-f", source]
    for d in dkim:
        args += ["-d", d]
    if spf:
        args += ["-s", spf]
    out = subprocess.run(args, capture_output=True, text=True).stdout.split("\t")
    return out[0], out[1] if out[0] == "fail" else None


def known(a, b, source, dkim, spf):
    """Why libopendmarc's answer is another one, where that is known."""
    if b[0] != "pass" or a[0] != "fail":
        return None
    for d in [x.lower() for x in dkim + [spf or ""]]:
        if source.endswith("." + d) and d in SUFFIX:
            return "it takes a public suffix as aligned with what is below (RFC 7489 3.1)"
        if d.endswith("." + source):
            return "it takes what is below From as strictly aligned (RFC 7489 3.1)"
    return None


made = [make(n) for n in range(100)]
if sys.argv[1] == "zone":
    zone = {}
    for z, *_ in made:
        zone.update(z)
    json.dump(zone, open("zone.json", "w"))
    sys.exit()
server = sys.argv[2]
lib = ctypes.CDLL("libopendmarc.so.2")
lib.opendmarc_policy_connect_init.restype = ctypes.c_void_p
conf = Lib(1, sys.argv[3].encode(), 1)
port = int(server.split("@")[1])
raw = (2).to_bytes(2, "little") + port.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
ctypes.memmove(conf.addr[0], raw, 16)
if lib.opendmarc_policy_library_init(ctypes.byref(conf)) != 0:
    sys.exit("library_init")
for n, (zone, source, dkim, spf) in enumerate(made):
    a, b = ours(server, source, dkim, spf), peer(lib, source, dkim, spf)
    why = known(a, b, source, dkim, spf)
    print(f"{'same' if a == b else 'known: ' + why if why else 'differ'}\t{n}: {source} d={','.join(dkim)} spf={spf or ''}"
          f"\t{a} {b} {json.dumps(zone)}")
X
python3 peer.py zone || exit 1
fake_dns zone.json
python3 peer.py run "$dns" $list >said 2>err; ok "both were asked" $?
[ -s err ] && sed 's/^/# /' err
while IFS='	' read -r how name more; do
	case $how in
	known:*) ok "$name: differs, $how" 0 ;;
	*)
		is "$name" "$how" same
		[ "$how" = same ] || echo "# $more"
		;;
	esac
done <said
[ "$(grep -c ^same said)" -ge 90 ]; ok "most are the same" $?
[ "$(wc -l <said)" -ge 60 ]; ok "at least 60" $?
done_testing
