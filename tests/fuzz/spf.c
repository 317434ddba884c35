/* SPF: records, macros, senders and answers of every kind: it comes to an
 * end after a bounded number of questions, and says something printable */
#include "spf/macro.h"
#include "spf/spf.h"
#include "spf/term.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static const unsigned char *in;
static size_t left;

static unsigned
byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *in++;
}

/* up to a byte 255 or the end */
static size_t
piece(char *out, size_t cap)
{
	size_t n = 0;

	while (left > 0 && n < cap) {
		unsigned c = byte();

		if (c == 255)
			break;
		out[n++] = (char)c;
	}
	return n;
}

/* what good strings are made of must come out right */
static void
macros(const char *p, size_t n, const struct spf *s)
{
	static const unsigned char ip[16] = { 0x20, 1, 0xd, 0xb8 };
	struct spfmacro m = { .local = "l-o.c",
		.local_len = 5,
		.origin = "o.example",
		.domain = s->domain,
		.helo = "h",
		.ip = ip,
		.ip_len = 16,
		.now = 1 };
	char name[SPFMACRO_NAME_MAX + 1], text[301];
	size_t k, i;

	if (spfmacro_good(p, n, SPFMACRO_SPEC) &&
	    !spfmacro_good(p, n, SPFMACRO_EXP))
		abort();
	if (!spfmacro_good(p, n, SPFMACRO_EXP))
		return;
	k = spfmacro_name(&m, p, n, name);
	if (k > SPFMACRO_NAME_MAX || name[k] != '\0')
		abort();
	spfmacro_text(&m, p, n, text, 300);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			abort();
}

static void
terms(const char *p, size_t n)
{
	const char *end = p + n, *before;
	struct spfterm t;
	int r;

	do {
		before = p;
		r = spfterm_next(&p, end, &t);
		if (r != 0 &&
		    (p <= before || t.raw < before || t.raw + t.raw_len != p))
			abort();
		if (r == 1 && t.spec_len > 0 &&
		    (t.spec < t.raw || t.spec + t.spec_len > p ||
			!spfmacro_good(t.spec, t.spec_len, SPFMACRO_SPEC)))
			abort();
		if (r == 1 && (t.bits4 > 32 || t.bits6 > 128))
			abort();
	} while (r == 1);
	if (r == 0 && p != end)
		abort();
}

enum { RECORDS = 13, ROOM = 600 };
static unsigned char bytes[RECORDS][ROOM];

/* a record of the type that was asked for, or any bytes */
static int
record(unsigned char *p, const struct dnsq *q)
{
	static const unsigned char host[] = "\1h\7example";
	size_t n;

	if (byte() % 8 == 0)
		return (int)piece((char *)p, 100);
	switch (q->type) {
	case DNSQ_TXT:
		memcpy(p + 1, "v=spf1 ", 7);
		n = piece((char *)p + 8, 240);
		p[0] = (unsigned char)(7 + n);
		if (byte() % 4 == 0) { /* an explanation */
			memmove(p + 1, p + 8, n);
			p[0] = (unsigned char)n;
		}
		return p[0] + 1;
	case DNSQ_A:
		memcpy(p, "\300\0\2\1", 4);
		p[3] = (unsigned char)(byte() % 4);
		return 4;
	case DNSQ_AAAA:
		memset(p, 0, 16);
		p[15] = (unsigned char)(byte() % 4);
		return 16;
	default:
		n = q->type == DNSQ_MX ? 2 : 0;
		p[0] = p[1] = 0;
		memcpy(p + n, host, sizeof host);
		p[n + 1] = (unsigned char)byte();
		return (int)(n + sizeof host);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct spf s;
	char sender[600], helo[300];
	struct spf_who who = { .sender = sender, .helo = helo, .me = NULL };
	const unsigned char *at[RECORDS];
	int len[RECORDS];
	struct dnsa a = { .data = at, .len = len, .text = "\001why" };
	struct dnsq q;
	unsigned asked = 0, i;
	size_t n;

	in = data;
	left = size;
	who.ip_len = byte() % 2 ? 4 : 16;
	memcpy(who.ip,
	    who.ip_len == 4 ? "\300\0\2\1" : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1",
	    who.ip_len);
	sender[piece(sender, sizeof sender - 1)] = '\0';
	helo[piece(helo, sizeof helo - 1)] = '\0';
	memset(&s, 0xa5, sizeof s);
	spf_init(&s, &who);
	while (spf_want(&s, &q)) {
		if (++asked > SPF_ASKED_MAX || strlen(q.name) == 0)
			abort();
		i = byte();
		a.status = i < 128 ? DNSA_OK
		    : i < 160      ? DNSA_NONE
		    : i < 192      ? DNSA_NXDOMAIN
		    : i < 200      ? DNSA_FAILED
				   : DNSA_OK;
		a.n = 0;
		if (a.status == DNSA_OK)
			for (a.n = i < 128 ? 1 : 1 + i % RECORDS, i = 0;
			     i < a.n; i++) {
				at[i] = bytes[i];
				len[i] = record(bytes[i], &q);
			}
		spf_answer(&s, &a);
	}
	if (s.text[0] == '\0' || (s.explained && s.result != SPF_FAIL) ||
	    spf_word(s.result) == NULL)
		abort();
	for (n = 0; s.text[n] != '\0'; n++)
		if (n == SPF_TEXT_MAX || s.text[n] < 0x20 || s.text[n] > 0x7e)
			abort();
	macros((const char *)data, size, &s);
	terms((const char *)data, size);
	return 0;
}
