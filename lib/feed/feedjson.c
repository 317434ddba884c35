#include "base/die.h"
#include "base/exit.h"
#include "compose/compose.h"
#include "feed/feedsource.h"
#include "format/jsonread.h"
#include <stdio.h>
#include <string.h>

/* one that says all of its message */
static void
raw(struct feedsource *s, const json_t *o, uint64_t end)
{
	const json_t *m = json_object_get(o, "message");
	struct feedletter *l = feedrun_letter(s->run);
	const char *why;

	feedletter_add(l, json_string_value(m), json_string_length(m));
	why = feedletter_whole(l);
	if (why == NULL)
		why = feedmail_json(&s->run->mail, &s->run->env, o,
		    feedletter_header(l));
	feedrun_hand_in(s->run, l, why, 0, end);
}

static void
refuse(struct feedsource *s, const struct compose_fault *f, uint64_t end)
{
	char text[COMPOSEFAULT_PATH_LEN + COMPOSEFAULT_WHY_LEN + 16];

	snprintf(text, sizeof text, "%s %s%s%s", f->memory ? "4.3.0" : "5.6.0",
	    f->path, f->path[0] == '\0' ? "" : ": ", f->why);
	feedrun_hand_in(s->run, feedrun_letter(s->run), text, 0, end);
}

/* one, or several, that are put together.  seed: the same line has the same
 * bytes as its message when it comes again, for its key */
static void
composed(struct feedsource *s, json_t *o, uint64_t seed, uint64_t end)
{
	struct compose c = { .seed = seed };
	struct compose_fault f = { .memory = 0 };
	struct buf text = { 0 };
	struct feedletter *l;
	size_t i, n = 0;

	if (compose_open(&c, o, &f) == 0)
		n = compose_count(&c);
	else
		refuse(s, &f, end);
	for (i = 0; i < n; i++) {
		buf_clear(&text);
		needs(compose_one(&c, i, &s->run->env, &text, &f));
		l = feedrun_letter(s->run);
		feedletter_add(l, buf_data(&text), buf_len(&text));
		feedrun_hand_in(s->run, l, feedletter_whole(l), (unsigned)i,
		    i + 1 < n ? s->run->at : end);
	}
	compose_close(&c);
	buf_free(&text);
}

static uint64_t
seed_of(const char *p, size_t n)
{
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	uint64_t seed;

	digest_init(&d);
	digest_add(&d, p, n);
	digest_end(&d, sum);
	memcpy(&seed, sum, sizeof seed);
	return seed;
}

static void
line(struct feedsource *s, uint64_t end)
{
	char why[JSONREAD_WHY_MAX], text[JSONREAD_WHY_MAX + 8];
	const char *p = buf_data(&s->text);
	size_t n = buf_len(&s->text);
	json_t *o = NULL;

	if (n == 0 || (n == 1 && p[0] == '\r')) {
		s->run->at = end;
		return;
	}
	o = jsonread(p, n, JSONREAD_ONCE, why);
	if (o == NULL) {
		snprintf(text, sizeof text, "5.6.0 %s", why);
		feedrun_hand_in(s->run, feedrun_letter(s->run), text, 0, end);
	} else if (json_is_string(json_object_get(o, "message"))) {
		raw(s, o, end);
	} else {
		composed(s, o, seed_of(p, n), end);
	}
	json_decref(o);
	s->run->at = end;
}

static size_t
feed(struct feedsource *s, const char *p, size_t n)
{
	const char *lf = n == 0 ? NULL : memchr(p, '\n', n);
	size_t k = lf == NULL ? n : (size_t)(lf - p);

	needs(buf_put(&s->text, p, k));
	if (buf_len(&s->text) > FEEDSOURCE_LINE_MAX)
		die(EXIT_PERM, "a line of more than %d bytes at byte %llu",
		    FEEDSOURCE_LINE_MAX, (unsigned long long)s->run->at);
	s->went = n > 0;
	if (lf == NULL)
		return k;
	line(s, s->run->at + buf_len(&s->text) + 1);
	buf_clear(&s->text);
	return k + 1;
}

static void
end(struct feedsource *s)
{
	if (buf_len(&s->text) > 0)
		line(s, s->run->at + buf_len(&s->text));
	buf_clear(&s->text);
}

const struct feedsource_ops feedsource_json = { feed, end };
