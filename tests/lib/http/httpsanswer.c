/* an answer of an HTTPS server as a line and a body: written and read */
#include "http/httpsanswer.h"
#include "base/die.h"
#include "tap.h"
#include <stdlib.h>

static const struct https_answer answers[] = {
	{ HTTPS_GOOD, 200, "text/plain", "a\nb\0c", 5, NULL },
	{ HTTPS_GOOD, 404, NULL, "", 0, NULL },
	{ HTTPS_GOOD, 200, "a\tb\\", "x", 1, NULL },
	{ HTTPS_NO_ADDRESS, 0, NULL, "", 0, "no address" },
	{ HTTPS_NO_ANSWER, 0, NULL, "", 0, "" },
	{ HTTPS_CERT, 0, NULL, "", 0, "expired\n" },
	{ HTTPS_TOO_LARGE, 200, "text/plain", "half", 4, "longer" },
	{ HTTPS_LOCAL, 0, NULL, "", 0, "no memory" },
};

static int
same(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static void
round_trip(const struct https_answer *a)
{
	struct httpsanswer_text room;
	struct https_answer r;
	struct buf b = { 0 };
	size_t n, cut = 0;

	needs(httpsanswer_put(&b, a));
	is_num(httpsanswer_read(buf_data(&b), buf_len(&b), &r, &room), 0,
	    "read as it was written");
	is_num(r.fault, a->fault, "the fault");
	is_num(r.status, a->status, "the status");
	ok(same(r.type, a->type), "the type");
	if (a->fault == HTTPS_GOOD)
		ok(r.n == a->n && memcmp(r.body, a->body, r.n) == 0,
		    "the body");
	else
		ok(same(r.text, a->text) && r.n == 0, "the reason, no body");
	for (n = 0; n < buf_len(&b); n++)
		cut += httpsanswer_read(buf_data(&b), n, &r, &room) == -1;
	is_num((long long)cut, (long long)buf_len(&b), "no part of it is one");
	needs(buf_putc(&b, 'x'));
	is_num(httpsanswer_read(buf_data(&b), buf_len(&b), &r, &room), -1,
	    "nor is more");
	buf_free(&b);
}

static void
lengths(void)
{
	char type[HTTPS_TYPE_MAX + 2], text[HTTPS_REASON_MAX + 2];
	struct httpsanswer_text room;
	struct https_answer a = { .fault = HTTPS_CERT,
		.type = type,
		.text = text },
			    r;
	struct buf b = { 0 };
	int more;

	for (more = 0; more < 4; more++) {
		snprintf(type, sizeof type, "%0*d", HTTPS_TYPE_MAX + (more & 1),
		    0);
		snprintf(text, sizeof text, "%0*d",
		    HTTPS_REASON_MAX + (more >> 1), 0);
		needs(httpsanswer_put(&b, &a));
		is_num(httpsanswer_read(buf_data(&b), buf_len(&b), &r, &room),
		    more == 0 ? 0 : -1, "as long as may be, and a byte more");
		buf_clear(&b);
	}
	buf_free(&b);
}

static const char *const none[] = { "", "\n", "fault:none\n",
	"fault:none\tsize:1\n", "fault:none\tsize:0\nx",
	"fault:other\tsize:0\n", "size:0\n", "fault:certificate\n",
	"fault:certificate\ttext:x\ny", "fault:none\tstatus:0\tsize:0\n",
	"fault:none\tstatus:1000\tsize:0\n", "fault:none\tstatus:x\tsize:0\n",
	"fault:none\tsize:0", "size\n" };

int
main(void)
{
	struct httpsanswer_text room;
	struct https_answer r;
	size_t i;
	char *p;

	for (i = 0; i < sizeof answers / sizeof *answers; i++)
		round_trip(&answers[i]);
	lengths();
	for (i = 0; i < sizeof none / sizeof *none; i++) {
		p = need(strdup(none[i])); /* so that sanitizers see its end */
		is_num(httpsanswer_read(p, strlen(p), &r, &room), -1, none[i]);
		free(p);
	}
	return done();
}
