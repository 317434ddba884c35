#include "send/relayout.h"
#include "smtp/proxyline.h"
#include "tap.h"
#include <stdio.h>
#include <string.h>

static struct dial_addr v4, v6, from4, none, path = { .kind = DIAL_UNIX };
static const char *const names[] = { "more", "done", "host", "refused" };

/* what the relay says is hexadecimal digits, in any pieces; what is said to it,
 * and how it ends */
static const char *
talk(const struct dial_addr *to, const char *user, const char *hex)
{
	struct relayout r = {
		.kind = RELAYOUT_SOCKS, .to = to, .user = user, .password = "pw"
	};
	static char trace[2000];
	enum relayout_step step;
	const char *why = "";
	struct buf out = { 0 };
	char in[RELAYOUT_READ_MAX];
	unsigned u;
	size_t i, n = 0;

	step = relayout_begin(&r, &out, &why);
	for (;;) {
		for (i = 0; i < buf_len(&out); i++)
			n += (size_t)sprintf(trace + n, "%02x",
			    (unsigned char)buf_data(&out)[i]);
		if (buf_len(&out) > 0)
			trace[n++] = ' ';
		buf_clear(&out);
		if (step != RELAYOUT_MORE || strlen(hex) < 2 * r.wants)
			break;
		for (i = 0; i < r.wants; i++, hex += 2) {
			sscanf(hex, "%2x", &u);
			in[i] = (char)u;
		}
		step = relayout_feed(&r, in, &out, &why);
	}
	sprintf(trace + n, "%s%s%s%s", names[step], *why == '\0' ? "" : ": ",
	    why, *hex == '\0' ? "" : ", bytes left");
	buf_free(&out);
	return trace;
}

static void
proxy(const struct dial_addr *to, const struct dial_addr *from,
    const char *want)
{
	struct relayout r = { .kind = RELAYOUT_PROXY, .to = to, .from = from };
	struct proxyline got;
	struct buf out = { 0 };
	const char *why = "";
	size_t len = to == &v6 ? 16 : 4;

	is_str(names[relayout_begin(&r, &out, &why)], want, "PROXY");
	if (strcmp(want, "done") != 0)
		return;
	is_num((long long)proxyline_get(buf_data(&out), buf_len(&out), &got),
	    (long long)buf_len(&out), "a whole header");
	is_num(got.kind, PROXYLINE_CLIENT, "it names both");
	ok(memcmp(got.to + IP_LEN - len, to->ip, len) == 0 &&
		memcmp(got.from + IP_LEN - len, from->ip, len) == 0 &&
		got.to_port == to->port,
	    "as they are");
	buf_free(&out);
}

int
main(void)
{
	static const struct {
		int six;
		const char *user, *relay, *trace;
	} c[] = {
		{ 0, NULL,
		    "0500"
		    "05000001"
		    "0000000"
		    "00000",
		    "050100 05010001c00002070019 done" },
		{ 1, NULL,
		    "0500"
		    "05000004"
		    "00"
		    "000000000000000000000000000000"
		    "0019",
		    "050100 0501000420010db80000000000000000000000070019 done" },
		{ 0, NULL,
		    "0500"
		    "0500000303"
		    "616263"
		    "0019",
		    "050100 05010001c00002070019 done" },
		{ 0, "u",
		    "0502"
		    "0100"
		    "05000001"
		    "0000000"
		    "00000",
		    "05020002 01017502"
		    "7077 05010001c00002070019 done" },
		{ 0, "u",
		    "0500"
		    "05000001"
		    "0000000"
		    "00000",
		    "05020002 05010001c00002070019 done" },
		{ 0, "u",
		    "0502"
		    "0101",
		    "05020002 010175027077 refused: it refuses the login" },
		{ 0, NULL, "0502", "050100 refused: it wants another login" },
		{ 0, NULL, "05ff", "050100 refused: it wants another login" },
		{ 0, NULL, "3232", "050100 refused: it does not speak SOCKS5" },
		{ 0, NULL,
		    "0500"
		    "0501000100",
		    "050100 05010001c00002070019 refused: general failure" },
		{ 0, NULL,
		    "0500"
		    "0502000100",
		    "050100 05010001c00002070019 refused: not allowed" },
		{ 0, NULL,
		    "0500"
		    "0504000100",
		    "050100 05010001c00002070019 host: host unreachable" },
		{ 0, NULL,
		    "0500"
		    "0505000100",
		    "050100 05010001c00002070019 host: connection refused" },
		{ 0, NULL,
		    "0500"
		    "05ff000100",
		    "050100 05010001c00002070019 refused: refused" },
		{ 0, NULL,
		    "0500"
		    "0500000200",
		    "050100 05010001c00002070019 refused: it does not speak "
		    "SOCKS5" },
		{ 0, NULL,
		    "0500"
		    "05000001"
		    "00000000",
		    "050100 "
		    "05010001c00002070019 more, bytes left" },
		{ 0, "", "0502",
		    "05020002 refused: its user or password has "
		    "not 1 to 255 bytes" },
	};
	size_t i;

	dial_scan_ip("192.0.2.7", 9, &v4);
	dial_scan_ip("2001:db8::7", 11, &v6);
	dial_scan_ip("192.0.2.1", 9, &from4);
	v4.port = v6.port = 25;
	for (i = 0; i < sizeof c / sizeof *c; i++)
		is_str(talk(c[i].six ? &v6 : &v4, c[i].user, c[i].relay),
		    c[i].trace, c[i].relay);
	is_str(talk(&path, NULL, ""), "refused: no host of the network",
	    "a Unix socket");
	proxy(&v4, &from4, "done");
	proxy(&v6, &v6, "done");
	proxy(&v6, &from4, "refused");
	proxy(&v4, &none, "refused");
	return done();
}
