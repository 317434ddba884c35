/*
 * A message, then answers of the DNS: results and questions do not depend on
 * how the body is cut; questions are bounded, no name is asked for twice; all
 * comes to an end, with words and reasons.
 *
 * Input: one byte of flags, the message up to a byte 0xff, then answers: each
 * up to a byte 0xfe, records in them up to 0xfd, given in turn.  As flags say,
 * fields that are good but for what the input adds to them stand in front, and
 * a key that can be tried.
 */
#include "base/buf.h"
#include "dkim/dkimverify.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

enum { RECORDS = 8, NOW = 1000000 };

struct journaled {
	unsigned n, skipped, asked;
	unsigned instances;
	enum dkim_result result[DKIMVERIFY_MAX], arc;
	char reason[DKIMVERIFY_MAX][DKIMVERIFY_REASON_MAX + 1];
	char arc_reason[DKIMVERIFY_REASON_MAX + 1];
};

enum { SIGNED = 8, SEALED = 16, KEYED = 32 };

#define HASH "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
static const char sig[] = "DKIM-Signature: v=1; a=rsa-sha256; d=a.b; s=c;"
			  " h=from:to; bh=" HASH "; b=AAAA;";
static const char sealed[] =
    "ARC-Seal: i=1; cv=none; a=ed25519-sha256; d=a.b; s=c; b=AAAA\n"
    "ARC-Authentication-Results: i=1; x\n"
    "ARC-Message-Signature: i=1; a=rsa-sha256; d=a.b; s=d; h=from;"
    " c=relaxed/relaxed; bh=" HASH "; b=AAAA;";
/* RFC 8463 appendix A.2 */
static const char keyed[] =
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoB"
    "TzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
    "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G"
    "+2kryOTIKT+l/K4w3QIDAQAB;";

static const unsigned char *answers, *answers_end, *next;

static void
answer(struct dkimverify *v)
{
	static unsigned char wire[RECORDS][2][256];
	const unsigned char *data[RECORDS], *e, *r;
	int len[RECORDS];
	struct dnsa a = { DNSA_OK, 0, data, len, "te\nxt" };
	size_t n;

	if (next == answers_end)
		next = answers;
	e = memchr(next, 0xfe, answers_end - next);
	if (e == NULL)
		e = answers_end;
	for (; next < e && a.n < RECORDS; a.n++) {
		r = memchr(next, 0xfd, e - next);
		if (r == NULL)
			r = e;
		n = r - next;
		/* two strings at most, cut into length bytes */
		len[a.n] =
		    (int)(n > 255 ? 256 + (n > 510 ? 256 : n - 254) : n + 1);
		wire[a.n][0][0] = n > 255 ? 255 : n;
		memcpy(wire[a.n][0] + 1, next, n > 255 ? 255 : n);
		if (n > 255) {
			wire[a.n][1][0] = n > 510 ? 255 : n - 255;
			memcpy(wire[a.n][1] + 1, next + 255, wire[a.n][1][0]);
		}
		data[a.n] = wire[a.n][0];
		next = r < e ? r + 1 : e;
	}
	if (next < e)
		next = e;
	if (next < answers_end)
		next++;
	if (a.n == 0)
		a.status =
		    next < answers_end && (*next & 1) ? DNSA_FAILED : DNSA_NONE;
	dkimverify_answer(v, &a);
}

static void
run(const char *header, size_t n, const char *body, size_t body_n, size_t piece,
    unsigned flags, struct journaled *o)
{
	static struct dkimverify v;
	static char names[DKIMVERIFY_MAX + 1 + ARC_SETS_MAX][DNSQ_ROOM];
	struct dnsq q;
	unsigned i;
	size_t k;

	memset(o, 0, sizeof *o);
	memset(&v, 0x5a, sizeof v);
	next = answers;
	dkimverify_init(&v, NOW, flags);
	if (dkimverify_header(&v, header, n) == -1)
		abort();
	for (; body_n > 0; body += k, body_n -= k) {
		k = piece < body_n ? piece : body_n;
		dkimverify_body(&v, body, k);
	}
	dkimverify_end(&v);
	while (dkimverify_want(&v, &q)) {
		if (o->asked == DKIMVERIFY_MAX + 1 + ARC_SETS_MAX ||
		    q.type != DNSQ_TXT || strlen(q.name) >= DNSQ_ROOM)
			abort();
		for (i = 0; i < o->asked; i++)
			if (strcasecmp(names[i], q.name) == 0 &&
			    strchr(q.name, '\\') == NULL &&
			    strstr(q.name, "xn--") == NULL)
				abort();
		strcpy(names[o->asked++], q.name);
		answer(&v);
	}
	o->n = v.n;
	o->skipped = v.skipped;
	o->instances = v.arc.instances;
	o->arc = v.arc.result;
	strcpy(o->arc_reason, v.arc.reason);
	if (v.n > DKIMVERIFY_MAX || (v.skipped > 0 && v.n < DKIMVERIFY_MAX) ||
	    v.arc.instances > ARC_SETS_MAX)
		abort();
	for (i = 0; i < v.n; i++) {
		o->result[i] = v.signature[i].result;
		strcpy(o->reason[i], v.signature[i].reason);
		if (o->result[i] == DKIM_NONE ||
		    (o->result[i] == DKIM_PASS) != (*o->reason[i] == '\0'))
			abort();
	}
	if (o->arc != DKIM_NONE && o->arc != DKIM_PASS && o->arc != DKIM_FAIL)
		abort();
	if ((o->arc == DKIM_FAIL) != (*o->arc_reason != '\0'))
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	const char *header, *body, *end, *e;
	static struct journaled whole, bytes, some;
	unsigned flags;
	struct buf in = { 0 };
	size_t header_n, body_n;

	if (n < 2)
		return 0;
	flags = data[0] & 7;
	buf_put(&in, data, 1);
	if (data[0] & SIGNED)
		buf_puts(&in, sig);
	if (data[0] & SEALED)
		buf_puts(&in, data[0] & SIGNED ? "\n" : "");
	if (data[0] & SEALED)
		buf_puts(&in, sealed);
	e = memchr(data, 0xff, n);
	if ((data[0] & KEYED) && e != NULL) {
		e++;
		buf_put(&in, data + 1, e - (const char *)data - 1);
		buf_puts(&in, keyed);
		buf_put(&in, e, n - (e - (const char *)data));
	} else {
		buf_put(&in, data + 1, n - 1);
	}
	data = (const unsigned char *)buf_data(&in);
	n = buf_len(&in);
	answers = memchr(data + 1, 0xff, n - 1);
	answers_end = data + n;
	end = (const char *)(answers == NULL ? answers_end : answers);
	answers = answers == NULL ? answers_end : answers + 1;
	header = (const char *)data + 1;
	e = memmem(header, end - header, "\n\n", 2);
	header_n = (e == NULL ? end : e + 1) - header;
	body = e == NULL ? end : e + 2;
	body_n = end - body;
	run(header, header_n, body, body_n, body_n, flags, &whole);
	run(header, header_n, body, body_n, 1, flags, &bytes);
	run(header, header_n, body, body_n, 1 + data[0] % 61, flags, &some);
	if (memcmp(&whole, &bytes, sizeof whole) != 0 ||
	    memcmp(&whole, &some, sizeof whole) != 0)
		abort();
	buf_free(&in);
	return 0;
}
