/* the SMTP machine: any pieces give the same replies and the same state;
 * with a full buffer it goes on; replies are lines of printable ASCII; and
 * where commands begin does not depend on what was said to those before, but
 * for DATA and AUTH: bytes of a chunk are never commands */
#include "smtp/smtpin.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct smtpin_config config;

enum { HEAD = 10 };

/* the verdicts are taken from the input, by their number */
static const struct smtpin_reply *
verdict(const unsigned char *data, size_t i, enum smtpin_kind kind)
{
	static const struct smtpin_reply no = { 550, "5.7.1", "no\n\xff" },
					 later = { 451, NULL, "" },
					 yes = { 250, "2.0.0", "yes" },
					 more = { 334, NULL, "bW9yZQ==" },
					 anew = { 220, NULL, "anew" };
	unsigned v = data[i % 8];

	if (kind == SMTPIN_AUTH && v < 100)
		return &more;
	if (kind == SMTPIN_XCLIENT)
		return v < 128 ? &anew : NULL;
	return v < 128 ? NULL : v < 200 ? &yes : v < 230 ? &no : &later;
}

/* what kind of session it is, from the input too */
static void
begin(struct smtpin *s, const unsigned char *data)
{
	unsigned kind = data[9];

	memset(s, 0, sizeof *s);
	s->lenient = data[8] >> 7;
	s->offer = EXTENSION_SERVED;
	if (kind & 1)
		s->offer |= EXTENSION_CHUNKING;
	if (kind & 2)
		s->taken = EXTENSION_AUTH;
	if (kind & 4)
		s->offer |= EXTENSION_AUTH;
	if (kind & 8)
		s->offer |= EXTENSION_SMTPUTF8 | EXTENSION_REQUIRETLS |
		    EXTENSION_MTPRIORITY | EXTENSION_FUTURERELEASE |
		    EXTENSION_DELIVERBY;
	if (kind & 16)
		s->offer |= EXTENSION_XCLIENT;
	s->lmtp = (kind & 32) != 0;
	s->tls = kind & 64 ? SMTPIN_TLS_OFFERED : SMTPIN_TLS_NONE;
}

/* what events promise */
static void
check(const struct smtpin *s, const struct smtpin_event *ev)
{
	if (ev->kind == SMTPIN_AUTH) {
		assert(ev->arglen <= SMTPIN_MECH_MAX && ev->data.n % 4 == 0);
		assert(ev->arglen > 0 || ev->data.p != NULL);
	}
	if (ev->kind == SMTPIN_MAIL || ev->kind == SMTPIN_RCPT) {
		assert(utf8_printable(ev->address.text, ev->address.len));
		assert(s->offer & EXTENSION_SMTPUTF8 || !s->utf8);
	}
}

static size_t
session(const unsigned char *data, const char *text, size_t n, size_t step,
    struct smtpin *s, struct buf *out, struct buf *body)
{
	size_t have = 0, off = 0, used, asked = 0, in_message = 0;
	struct smtpin_event ev;
	const struct smtpin_reply *r;
	char *in = malloc(n + 1);
	int pending, none;

	memcpy(in, text, n);
	begin(s, data);
	while (!smtpin_over(s)) {
		pending = smtpin_pending(s);
		used = smtpin_feed(s, &config, in + off, have - off, &ev);
		assert(used <= have - off);
		assert(used > 0 || pending || have - off < smtpin_line_max(s));
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			assert(!pending);
			if (used > 0)
				continue;
			if (have == n)
				break;
			have = n - have < step ? n : have + step;
			continue;
		}
		assert(used > 0 || pending);
		check(s, &ev);
		if (ev.kind == SMTPIN_BODY) {
			assert(ev.arglen > 0 && (ev.arglen <= used || pending));
			buf_put(body, ev.arg, ev.arglen);
			in_message += ev.arglen;
			/* and the end of a last line */
			assert(in_message <= config.size_max + 1);
			continue;
		}
		r = ev.reply;
		/* LMTP, a message for nobody */
		none = r == NULL && s->lmtp && ev.kind == SMTPIN_RESET;
		assert(none || (r != NULL) == (smtpin_asked(s) == SMTPIN_MORE));
		if (ev.kind == SMTPIN_RESET && in_message > 0)
			buf_added(body, -in_message);
		if (ev.kind == SMTPIN_RESET || ev.kind == SMTPIN_DONE)
			in_message = 0;
		if (none)
			continue;
		if (r == NULL)
			r = smtpin_answer(s, &config,
			    verdict(data, asked++, ev.kind));
		assert(s->n_rcpt <= config.rcpt_max);
		assert(smtpin_times(s) <= config.rcpt_max);
		if (smtpin_tls_next(s))
			smtpin_tls(s);
		if (r == NULL)
			assert(smtpin_in_data(s));
		else if (r->text == NULL)
			buf_puts(out, "250 EHLO\r\n");
		else
			smtpin_put(out, r);
	}
	/* of a message that is not whole yet any part may be there */
	buf_added(body, -in_message);
	free(in);
	return off;
}

/* where its lines begin, until DATA, or its end; their number */
static size_t
lines(const unsigned char *data, const unsigned char *verdicts,
    const char *text, size_t n, size_t *starts)
{
	size_t off = 0, used, asked = 0, count = 0;
	struct smtpin_event ev;
	struct smtpin s;
	char *in = malloc(n + 1);

	memcpy(in, text, n);
	begin(&s, data);
	s.offer &= ~(uint32_t)EXTENSION_AUTH;
	while (!smtpin_over(&s) && !smtpin_tls_next(&s)) {
		if (!smtpin_in_data(&s))
			starts[count++] = off;
		used = smtpin_feed(&s, &config, in + off, n - off, &ev);
		off += used;
		if (ev.kind == SMTPIN_MORE && used == 0)
			break;
		if (ev.kind == SMTPIN_DATA && ev.verb == SMTPIN_V_DATA)
			break;
		/* as many errors as he likes */
		s.errors = 0;
		if (smtpin_asked(&s))
			smtpin_answer(&s, &config,
			    verdict(verdicts, asked++, ev.kind));
	}
	free(in);
	return count;
}

/* the same lines, whatever is said to them */
static void
same_lines(const unsigned char *data, const char *in, size_t n)
{
	static const unsigned char yes[8],
	    no[8] = { 210, 210, 210, 210, 210, 210, 210, 210 };
	size_t *a = malloc((n + 2) * sizeof *a),
	       *b = malloc((n + 2) * sizeof *b);
	size_t k = lines(data, yes, in, n, a), m = lines(data, data, in, n, b);

	assert(memcmp(a, b, (k < m ? k : m) * sizeof *a) == 0);
	m = lines(data, no, in, n, b);
	assert(memcmp(a, b, (k < m ? k : m) * sizeof *a) == 0);
	free(a);
	free(b);
}

static void
replies(const struct buf *b)
{
	const char *p, *end, *lf;

	if (buf_len(b) == 0)
		return;
	p = buf_data(b);
	end = p + buf_len(b);
	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', end - p);
		assert(lf != NULL && lf - p >= 5 && lf - p <= 512);
		assert(lf[-1] == '\r');
		for (lf = p; *lf != '\r'; lf++)
			assert(*lf >= 32 && *lf < 127);
		lf++;
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct buf out[2] = { { 0 } }, body[2] = { { 0 } };
	struct smtpin s[2];
	size_t n, used[2];
	const char *in = (const char *)data + HEAD;

	if (size < HEAD)
		return 0;
	if (config.size_max == 0) {
		config.size_max = 100;
		config.rcpt_max = 3;
		config.errors_max = 5;
		config.mail_max = 4;
		smtpin_config_init(&config, "mx.example");
	}
	n = size - HEAD;
	used[0] = session(data, in, n, n + 1, &s[0], &out[0], &body[0]);
	used[1] =
	    session(data, in, n, data[8] % 32 + 1, &s[1], &out[1], &body[1]);
	assert(used[0] == used[1]);
	assert(buf_len(&out[0]) == buf_len(&out[1]));
	if (buf_len(&out[0]) > 0)
		assert(memcmp(buf_data(&out[0]), buf_data(&out[1]),
			   buf_len(&out[0])) == 0);
	assert(buf_len(&body[0]) == buf_len(&body[1]));
	if (buf_len(&body[0]) > 0)
		assert(memcmp(buf_data(&body[0]), buf_data(&body[1]),
			   buf_len(&body[0])) == 0);
	assert(memcmp(&s[0], &s[1], sizeof s[0]) == 0);
	replies(&out[0]);
	same_lines(data, in, n);
	buf_free(&out[0]);
	buf_free(&out[1]);
	buf_free(&body[0]);
	buf_free(&body[1]);
	return 0;
}
