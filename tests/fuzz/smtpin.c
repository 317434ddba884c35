/* the SMTP machine: any pieces give the same replies and the same state;
 * with a full buffer it goes on; replies are lines of printable ASCII */
#include "smtp/smtpin.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct smtpin_config config;

/* the verdicts are taken from the input, by their number */
static const struct smtpin_reply *
verdict(const unsigned char *data, size_t i)
{
	static const struct smtpin_reply no = { 550, "5.7.1", "no\n\xff" },
					 later = { 451, NULL, "" },
					 yes = { 250, "2.0.0", "yes" };
	unsigned v = data[i % 8];

	return v < 128 ? NULL : v < 200 ? &yes : v < 230 ? &no : &later;
}

static size_t
session(const unsigned char *data, const char *text, size_t n, size_t step,
    struct smtpin *s, struct buf *out, struct buf *body)
{
	size_t have = 0, off = 0, used, asked = 0, in_message = 0;
	struct smtpin_event ev;
	const struct smtpin_reply *r;
	char *in = malloc(n + 1);

	memcpy(in, text, n);
	memset(s, 0, sizeof *s);
	s->lenient = data[8] >> 7;
	while (!smtpin_over(s)) {
		used = smtpin_feed(s, &config, in + off, have - off, &ev);
		assert(used <= have - off);
		assert(used > 0 || have - off < SMTPIN_PATH_LINE_MAX);
		off += used;
		if (ev.kind == SMTPIN_MORE) {
			if (used > 0)
				continue;
			if (have == n)
				break;
			have = n - have < step ? n : have + step;
			continue;
		}
		assert(used > 0);
		if (ev.kind == SMTPIN_BODY) {
			assert(ev.arglen > 0 && ev.arglen <= used);
			buf_put(body, ev.arg, ev.arglen);
			in_message += ev.arglen;
			assert(in_message <= config.size_max);
			continue;
		}
		r = ev.reply;
		assert((r != NULL) == (smtpin_asked(s) == SMTPIN_MORE));
		if (ev.kind == SMTPIN_RESET && in_message > 0)
			buf_added(body, -in_message);
		if (ev.kind == SMTPIN_RESET || ev.kind == SMTPIN_DONE)
			in_message = 0;
		if (r == NULL)
			r = smtpin_answer(s, &config, verdict(data, asked++));
		assert(s->n_rcpt <= config.rcpt_max);
		smtpin_put(out, r);
	}
	/* of a message that is not whole yet any part may be there */
	buf_added(body, -in_message);
	free(in);
	return off;
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
	const char *in = (const char *)data + 9;

	if (size < 9)
		return 0;
	if (config.size_max == 0) {
		config.size_max = 100;
		config.rcpt_max = 3;
		config.errors_max = 5;
		config.mail_max = 4;
		smtpin_config_init(&config, "mx.example");
	}
	n = size - 9;
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
	buf_free(&out[0]);
	buf_free(&out[1]);
	buf_free(&body[0]);
	buf_free(&body[1]);
	return 0;
}
