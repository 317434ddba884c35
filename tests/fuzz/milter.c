/*
 * Whatever a milter answers: a message is told to it, its bytes come back as
 * answers, in two ways of cutting them; what it changes leaves a header of whole
 * fields and an envelope of good lines.
 *
 * Input: actions, steps (four bytes each, as they stand in the negotiation), and
 * what the milter says behind that.
 */
#include "milter/milterchange.h"
#include "milter/milterstep.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t n);

static const char env_text[] = "from a@b\nto c@d NOTIFY=NEVER\nto e@f\n"
			       "client 192.0.2.1\nproto ESMTP\n";
static const char header_text[] = "Received: us\nSubject: x\n y\nX:1\n";
static const char body_text[] = "one\ntwo\n";

static void
must(int good)
{
	if (!good)
		abort();
}

static long
body(void *arg, uint64_t at, const char **p)
{
	(void)arg;
	*p = body_text + at;
	return (long)(sizeof body_text - 1 - at);
}

/* no field of ours is gone that was not named, no empty line, whole lines */
static void
look(const struct buf *header, const struct buf *env)
{
	const char *p = buf_data(env), *end = p + buf_len(env);
	struct parcel_line l;

	must(buf_len(header) == 0 ||
	    buf_data(header)[buf_len(header) - 1] == '\n');
	must(buf_len(header) == 0 || *buf_data(header) != '\n');
	must(memmem(buf_data(header), buf_len(header), "\n\n", 2) == NULL);
	must(memchr(buf_data(header), '\r', buf_len(header)) == NULL);
	while (buf_len(env) > 0 && p < end)
		must(parcel_next(&p, end, &l) == 1);
}

static void
change(const struct buf *changes, struct buf *env, struct buf *header)
{
	struct buf front = { 0 };
	struct milterchange c = { .env = env,
		.header = header,
		.front = &front,
		.own = 1,
		.space = 1 };

	must(milterchange(&c, buf_data(changes), buf_len(changes)) == 0);
	look(header, env);
	buf_free(&front);
}

/* how it ends; changes receives those that were asked for.  piece: what is
 * said is asked for in such pieces */
static enum milterstep_end
tell(struct milterstep *s, const char *p, size_t n, size_t mark,
    struct buf *changes)
{
	enum milterstep_end end = MILTERSTEP_GO_ON;
	struct milterpacket k;
	struct milterreply r;
	struct buf out = { 0 };
	long used;

	while (end <= MILTERSTEP_CHANGE) {
		if (end == MILTERSTEP_GO_ON)
			while (milterstep_say(s, &out, mark) == MILTERSTEP_ROOM)
				buf_clear(&out);
		buf_clear(&out);
		used = milterpacket_get(p, n, &k);
		if (used <= 0 || milterreply_read(&k, &r) == -1)
			break;
		end = milterstep_answer(s, &r);
		if (end == MILTERSTEP_CHANGE)
			must(buf_put(changes, p, (size_t)used) == 0);
		p += used;
		n -= (size_t)used;
	}
	buf_free(&out);
	return end;
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	static const size_t marks[] = { 1, 1000000 };
	struct buf env[2] = { 0 }, header[2] = { 0 }, changes[2] = { 0 };
	enum milterstep_end end[2];
	struct milterterms terms;
	struct buf hello = { 0 };
	struct milterpacket k = { 'O', NULL, 0 };
	unsigned i;

	if (n < 8)
		return 0;
	must(milterpacket_number(&hello, 6) == 0);
	must(buf_put(&hello, in, 8) == 0);
	k.data = buf_data(&hello);
	k.len = buf_len(&hello);
	if (milterterms_read(&terms, 6, &k) == NULL) {
		for (i = 0; i < 2; i++) {
			struct miltermail m = { .me = "me",
				.daemon = "d",
				.env = &env[i],
				.header = &header[i],
				.body = body };
			struct milterstep s = { .terms = &terms, .mail = &m };

			must(buf_puts(&env[i], env_text) == 0);
			must(buf_puts(&header[i], header_text) == 0);
			must(miltermail_make(&m) == 0);
			end[i] = tell(&s, (const char *)in + 8, n - 8, marks[i],
			    &changes[i]);
			must(strlen(s.text) < sizeof s.text);
			if (end[i] == MILTERSTEP_PASS)
				change(&changes[i], &env[i], &header[i]);
			milterstep_free(&s);
			miltermail_free(&m);
		}
		must(end[0] == end[1] &&
		    buf_len(&header[0]) == buf_len(&header[1]) &&
		    buf_len(&env[0]) == buf_len(&env[1]));
	}
	for (i = 0; i < 2; i++) {
		buf_free(&env[i]);
		buf_free(&header[i]);
		buf_free(&changes[i]);
	}
	buf_free(&hello);
	return 0;
}
