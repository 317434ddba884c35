#include "grey/greyjudge.h"
#include "base/die.h"
#include "conf/tablelookup.h"
#include "format/ltsv.h"
#include "format/parcel.h"
#include "grey/greytext.h"
#include "grey/white.h"
#include <string.h>

const char *
greyjudge_word(enum greyjudge_what what)
{
	static const char *const word[] = { "pass", "listed", "passed", "known",
		"delayed", "open" };

	return word[what];
}

/* what the envelope says */

int
greyjudge_next(const struct buf *env, const char *key, const char **at,
    struct buf *out)
{
	const char *end = buf_data(env) + buf_len(env);
	struct ltsv_field f = { "", NULL, 0, 0 };
	struct parcel_line l;

	buf_clear(out);
	if (buf_len(env) == 0)
		return 0;
	if (*at == NULL)
		*at = buf_data(env);
	while (*at < end && parcel_next(at, end, &l) == 1) {
		if (!parcel_is(&l, key))
			continue;
		f.value = l.value;
		f.value_len = (unsigned)(strcmp(key, "to") == 0
			? parcel_address(l.value, l.value_len)
			: l.value_len);
		needs(buf_reserve(out, f.value_len + 1));
		buf_added(out,
		    (size_t)ltsv_value(&f, buf_tail(out), f.value_len + 1));
		return 1;
	}
	return 0;
}

static struct slice
value(const struct buf *env, const char *key, struct buf *b)
{
	const char *at = NULL;

	greyjudge_next(env, key, &at, b);
	return (struct slice){ buf_data(b), buf_len(b) };
}

/* the domain for which SPF has passed: the sender's, or what he called
 * himself when there is none (RFC 7208 section 2.4) */
static struct slice
spf_domain(const struct buf *env, struct slice from, struct buf *b)
{
	static const struct slice none;
	const char *at;

	if (!word_is(value(env, "spf", b), "pass"))
		return none;
	if (from.n == 0)
		return value(env, "helo", b);
	at = memrchr(from.p, '@', from.n);
	if (at == NULL)
		return none;
	return (struct slice){ at + 1, (size_t)(from.p + from.n - at - 1) };
}

/* who is always let pass */

/* a table that cannot be read lists nobody: that costs a delay */
static int
listed(struct greyjudge *g, int r)
{
	if (r == -1 && !g->warned_table) {
		g->warned_table = 1;
		warn("%s is damaged: nobody is listed", g->table.path);
	}
	return r == 1;
}

static int
listed_sender(struct greyjudge *g, struct slice client, struct slice from,
    struct slice spf)
{
	const struct lookup l = { tablelookup_get, &g->table };

	return g->table.open &&
	    (listed(g, greywhite_client(&l, client)) ||
		listed(g, greywhite_from(&l, from)) ||
		listed(g, greywhite_spf(&l, spf)));
}

/* postmaster must be reachable (RFC 5321 section 4.5.1) */
static int
listed_recipient(struct greyjudge *g, struct slice to)
{
	const struct lookup l = { tablelookup_get, &g->table };
	const char *at = to.n == 0 ? NULL : memrchr(to.p, '@', to.n);

	if ((at == NULL ? to.n : (size_t)(at - to.p)) == 10 &&
	    strncasecmp(to.p, "postmaster", 10) == 0)
		return 1;
	return g->table.open && listed(g, greywhite_to(&l, to));
}

/* deciding */

/* one recipient: it happens, and stands in lines */
static void
recipient(struct greyjudge *g, struct greyjudge_verdict *j, struct buf *lines,
    int64_t now)
{
	struct greykey *k = &j->key;
	int64_t s;
	enum greylist_verdict v =
	    greylist_look(&g->list, k->text, k->len, k->who_len, now, &s);

	needs(greylist_happened(&g->list, v, k->text, k->len, k->who_len, now));
	needs(greytext_put(lines, v, k->text, k->len, k->who_len, now));
	if (v == GREYLIST_FIRST || v == GREYLIST_EARLY) {
		if (j->what != GREYJUDGE_DELAYED || s > j->seconds)
			j->seconds = s;
		j->what = GREYJUDGE_DELAYED;
	} else if (j->what == GREYJUDGE_LISTED) {
		j->what =
		    v == GREYLIST_KNOWN ? GREYJUDGE_KNOWN : GREYJUDGE_PASSED;
		j->seconds = s;
	} else if (j->what == GREYJUDGE_PASSED && s > j->seconds) {
		j->seconds = s;
	}
}

/* all recipients that count; the journal is locked */
static void
recipients(struct greyjudge *g, const struct buf *env, struct slice from,
    int64_t now, struct buf *lines, struct greyjudge_verdict *j)
{
	static struct buf to;
	const char *at = NULL;
	struct slice s;

	while (j->what != GREYJUDGE_KNOWN &&
	    greyjudge_next(env, "to", &at, &to)) {
		s = (struct slice){ buf_data(&to), buf_len(&to) };
		if (listed_recipient(g, s))
			continue;
		greykey_mail(&j->key, &g->keys, from, s);
		recipient(g, j, lines, now);
	}
}

/* without a journal nobody would be known when he comes again */
static void
no_journal(struct greyjudge *g, struct greyjudge_verdict *j)
{
	if (!g->warned)
		warn("unable to use the journal in %s: %m; mail passes",
		    g->dir);
	g->warned = 1;
	j->what = GREYJUDGE_OPEN;
	j->seconds = 0;
}

void
greyjudge_tell(struct greyjudge *g)
{
	if (g->journal.damaged > 0)
		warn("the journal in %s: %u damaged lines skipped", g->dir,
		    g->journal.damaged);
	g->journal.damaged = 0;
}

static void
judge(struct greyjudge *g, const struct buf *env, struct slice from,
    int64_t now, struct greyjudge_verdict *j)
{
	static struct buf lines;
	int rewritten;

	buf_clear(&lines);
	if (greyfile_begin(&g->journal) == -1) {
		no_journal(g, j);
		return;
	}
	recipients(g, env, from, now, &lines, j);
	if (greyfile_end(&g->journal, &lines, &rewritten) == -1)
		no_journal(g, j);
	else if (g->warned && buf_len(&lines) > 0) {
		info("the journal in %s is written again", g->dir);
		g->warned = 0;
	}
	if (rewritten == -1)
		warn("unable to write the journal in %s anew: it grows",
		    g->dir);
	greyjudge_tell(g);
}

void
greyjudge(struct greyjudge *g, const struct buf *env, int64_t now,
    struct greyjudge_verdict *j)
{
	static struct buf client, from, spf, origin;
	struct slice c = value(env, "client", &client);
	struct slice f = value(env, "from", &from);
	struct slice s = spf_domain(env, f, &spf);

	memset(j, 0, sizeof *j);
	if (word_is(value(env, "origin", &origin), "inside") ||
	    greykey_who(&j->key, &g->keys, c, s) == -1)
		return;
	j->what = GREYJUDGE_LISTED;
	if (g->table.path != NULL)
		table_check(&g->table);
	if (!listed_sender(g, c, f, s))
		judge(g, env, f, now, j);
}
