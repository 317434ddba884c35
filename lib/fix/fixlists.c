#include "fix/fixlists.h"
#include "chain/event.h"
#include "format/envlines.h"
#include <stdio.h>
#include <string.h>

/* what the envelope says beside the recipients; the slices point into room */
struct envelope {
	struct suppressask_mail mail;
	struct buf room[4]; /* from, tenant, user, stream */
};

/* where an envelope ends, which may be empty */
static const char *
behind(const struct buf *env)
{
	return buf_len(env) == 0 ? buf_data(env) : buf_data(env) + buf_len(env);
}

static int
keep(struct buf *b, const char *p, long n, struct slice *out)
{
	buf_clear(b);
	if (buf_put(b, p, (size_t)n) == -1)
		return -1;
	*out = (struct slice){ buf_data(b), buf_len(b) };
	return 0;
}

static int
one_line(struct envelope *e, const struct parcel_line *l)
{
	char v[PARCEL_LINE_MAX];
	long n = envlines_value(l, v);

	if (n <= 0)
		return 0;
	if (parcel_is(l, "from"))
		return keep(&e->room[0], v, n, &e->mail.from);
	if (parcel_is(l, "tenant"))
		return keep(&e->room[1], v, n, &e->mail.tenant);
	if (parcel_is(l, "user"))
		return keep(&e->room[2], v, n, &e->mail.user);
	if (parcel_is(l, "tag") && n > 7 && memcmp(v, "stream=", 7) == 0)
		return keep(&e->room[3], v + 7, n - 7, &e->mail.stream);
	return 0;
}

static int
read_envelope(struct envelope *e, const struct buf *env)
{
	const char *p = buf_data(env), *end = behind(env);
	struct parcel_line l;
	int r = 0;

	while (r == 0 && p < end && parcel_next(&p, end, &l) == 1)
		r = one_line(e, &l);
	return r;
}

/* is this recipient to get no more?  As suppressask(), and it is logged */
static int
is_out(struct suppressask *a, struct suppressask_mail *m,
    const struct parcel_line *l, int64_t now_s)
{
	char v[PARCEL_LINE_MAX];
	long n = envlines_value(l, v);
	int r;

	if (n <= 0)
		return 0;
	m->to = (struct slice){ v, parcel_address(v, (size_t)n) };
	r = suppressask(a, m, now_s);
	if (r != 1)
		return r;
	suppressask_event(a, m, "receipt");
	event_end();
	return 1;
}

/* the envelope without them; how many recipients it has then, or -1: memory,
 * -2: not known now */
static long
sift(struct suppressask *a, struct suppressask_mail *m, const struct buf *env,
    int64_t now_s, struct buf *out)
{
	const char *p = buf_data(env), *end = behind(env), *at;
	struct parcel_line l;
	long left = 0;
	int r;

	for (at = p; p < end && parcel_next(&p, end, &l) == 1; at = p) {
		r = parcel_is(&l, "to") ? is_out(a, m, &l, now_s) : 0;
		if (r == -1)
			return -2;
		left += r == 0 && parcel_is(&l, "to");
		if (r == 0 && buf_put(out, at, (size_t)(p - at)) == -1)
			return -1;
	}
	return left;
}

int
fixlists(struct suppressask *a, struct buf *env, int64_t now_s,
    const char **text)
{
	static char said[SUPPRESSASK_TEXT + 8];
	struct envelope e;
	struct buf out = { 0 };
	long left = -1;
	unsigned i;

	memset(&e, 0, sizeof e);
	if (read_envelope(&e, env) == 0)
		left = sift(a, &e.mail, env, now_s, &out);
	for (i = 0; i < 4; i++)
		buf_free(&e.room[i]);
	/* one without recipients has lost none */
	if (left == 0 && buf_len(&out) == buf_len(env))
		left = 1;
	if (left > 0 && buf_len(&out) < buf_len(env)) {
		buf_free(env);
		*env = out;
		memset(&out, 0, sizeof out);
	}
	buf_free(&out);
	if (left > 0)
		return FIX_PASS;
	if (left == -1)
		return -1;
	snprintf(said, sizeof said, "5.7.1 %s", a->text);
	*text = left == 0
	    ? said
	    : "4.3.0 it cannot be looked up now who gets no more mail";
	return left == 0 ? FIX_PERM : FIX_TEMP;
}
