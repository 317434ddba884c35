#include "route/routingtext.h"
#include "base/day.h"
#include "base/num.h"
#include <stdio.h>
#include <string.h>

static int
put(struct buf *b, const char *label, const char *p, size_t n)
{
	if (n == 0)
		return 0;
	if (buf_len(b) > 0 && buf_putc(b, '\n') == -1)
		return -1;
	if (buf_puts(b, label) == -1 || buf_putc(b, ':') == -1)
		return -1;
	return buf_put(b, p, n);
}

static int
put_hosts(struct buf *b, const struct routing *w)
{
	const struct routes_host *h;
	char t[WORD_LINE_MAX + 16];
	unsigned i;
	int r = 0;

	for (i = 0; i < w->rule.n_host; i++) {
		h = &w->rule.host[i];
		snprintf(t, sizeof t,
		    h->port == 0     ? "%.*s"
			: h->literal ? "[%.*s]:%u%s"
				     : "%.*s:%u%s",
		    (int)h->name.n, h->name.p, h->port,
		    w->rule.least && i + 1 == w->rule.n_host ? "=least" : "");
		r |= put(b, w->what == ROUTING_LMTP ? "lmtp" : "host", t,
		    strlen(t));
	}
	return r;
}

static int
put_reply(struct buf *b, const struct routing *w)
{
	int r = put(b, "esc", w->esc, strlen(w->esc));

	r |= put(b, "class", w->class, strlen(w->class));
	return r | put(b, "text", w->text, strlen(w->text));
}

static int
put_source(struct buf *b, const struct routing *w)
{
	int r = put(b, "domain", w->addr.domain, w->addr.domain_len);
	struct slice via = w->rule.via.n > 0 ? w->rule.via : w->pool;

	r |= put(b, "via", via.p, via.n);
	r |= put(b, "src", w->source.name.p, w->source.name.n);
	r |= put(b, "bind", w->source.ip.p, w->source.ip.n);
	r |= put(b, "bind6", w->source.ip6.p, w->source.ip6.n);
	r |= put(b, "helo", w->source.helo.p, w->source.helo.n);
	r |= put(b, "socks", w->source.socks.p, w->source.socks.n);
	r |= put(b, "socks-login", w->source.login.p, w->source.login.n);
	r |= put(b, "proxy", w->source.proxy.p, w->source.proxy.n);
	r |= put(b, "tls", w->rule.tls.p, w->rule.tls.n);
	return r |
	    put(b, "msgs-per-conn", w->rule.per_conn.p, w->rule.per_conn.n);
}

static int
describe(struct buf *b, const struct routing *w)
{
	static const char *const name[] = { "mx", "host", "lmtp", "local",
		"discard", "bounced", "deferred" };
	int r = buf_puts(b, name[w->what]);

	if (w->renamed)
		r |= put(b, "to", buf_data(&w->to), buf_len(&w->to));
	switch (w->what) {
	case ROUTING_HOST:
	case ROUTING_LMTP: r |= put_hosts(b, w); return r | put_source(b, w);
	case ROUTING_MX: return r | put_source(b, w);
	case ROUTING_DISCARD:
	case ROUTING_BOUNCED:
	case ROUTING_DEFERRED: return r | put_reply(b, w);
	case ROUTING_LOCAL: break;
	}
	r |= put(b, "via", "local", 5);
	r |= put(b, "user", buf_data(&w->user), buf_len(&w->user));
	r |= put(b, "ext", buf_data(&w->ext), buf_len(&w->ext));
	if (!w->several)
		return r;
	r |= put(b, "forward", buf_data(&w->alias.forward),
	    buf_len(&w->alias.forward));
	return r |
	    put(b, "program", buf_data(&w->alias.command),
		buf_len(&w->alias.command));
}

int
routingtext_describe(struct buf *b, const struct routing *w, char sep)
{
	struct buf d = { 0 };
	size_t i;
	int r = describe(&d, w);

	for (i = 0; i < buf_len(&d); i++)
		if (buf_data(&d)[i] == '\n')
			buf_data(&d)[i] = sep;
	if (r == 0)
		r = buf_put(b, buf_data(&d), buf_len(&d));
	buf_free(&d);
	return r == 0 ? 0 : -1;
}

/* the file `tests` */

/* as RFC 3339 has it, or seconds since 1970 */
static int
take_time(struct slice v, int64_t *at_s)
{
	uint64_t u;

	if (num_scan(v.p, v.n, 1, ROUTINGTEXT_AT_MAX, &u) == -1)
		return day_scan(v.p, v.n, at_s);
	*at_s = (int64_t)u;
	return 0;
}

int
routingtext_word(struct routing_job *j, const char *w, size_t n)
{
	struct slice v = { w, n }, label;

	if (!word_piece(&v, ':', &label) || v.p == NULL)
		return -1;
	if (word_is(label, "to"))
		j->to = v;
	else if (word_is(label, "from"))
		j->from = word_is(v, "<>") ? (struct slice){ "", 0 } : v;
	else if (word_is(label, "id"))
		j->id = v;
	else if (word_is(label, "tenant"))
		j->tenant = v;
	else if (word_is(label, "user"))
		j->user = v;
	else if (word_is(label, "tag") && j->n_tag < ROUTING_TAGS_MAX)
		j->tag[j->n_tag++] = v;
	else if (word_is(label, "last-class"))
		j->last_class = v;
	else if (word_is(label, "last-failure"))
		j->last_failure = v;
	else if (word_is(label, "last-src"))
		j->last_src = v;
	else if (word_is(label, "avoid-src"))
		j->avoid_src = v;
	else if (word_is(label, "use-pool"))
		j->use_pool = v;
	else if (word_is(label, "at"))
		return take_time(v, &j->at_s);
	else if (word_is(label, "requiretls"))
		j->requiretls = word_is(v, "1");
	else if (word_is(label, "tls-optional"))
		j->tls_optional = word_is(v, "1");
	else if (word_is(label, "size"))
		return num_scan(v.p, v.n, 0, UINT64_MAX, &j->size);
	else if (word_is(label, "try"))
		return num_scan(v.p, v.n, 0, UINT64_MAX, &j->try);
	else
		return -1;
	return 0;
}

static int
has_line(const struct buf *b, const char *w, size_t n)
{
	struct slice rest = { buf_data(b), buf_len(b) }, one;

	while (word_piece(&rest, '\n', &one))
		if (one.n == n && memcmp(one.p, w, n) == 0)
			return 1;
	return 0;
}

/* what the description must have and must not have */
static int
check_words(const struct routing *w, const char *p, const char *end,
    struct buf *why)
{
	char word[WORD_LINE_MAX + 1];
	struct buf d = { 0 };
	size_t n, not ;
	int r = describe(&d, w);

	if (r == 0 && word_next(&p, end, word, &n) != 1)
		r = buf_puts(why, "nothing behind the arrow") | -1;
	while (r == 0) {
		not = n > 0 && word[0] == '!';
		if (has_line(&d, word + not, n - not ) == (int)not ) {
			buf_printf(why, "%s%s, got: ",
			    not ? "not wanted: " : "not there: ", word + not );
			routingtext_describe(why, w, ' ');
			r = -1;
			break;
		}
		if (word_next(&p, end, word, &n) != 1)
			break;
	}
	buf_free(&d);
	return r == 0 ? 0 : -1;
}

int
routingtext_test(struct routing *w, const struct routing_conf *c,
    const char *line, size_t n, struct buf *why)
{
	char words[WORD_LINE_MAX + 1];
	struct routing_job j = { 0 };
	const char *p = line, *end = line + n;
	size_t used = 0, len;

	if (n > WORD_LINE_MAX)
		return buf_puts(why, "line too long") | -1;
	for (;;) {
		/* each word stays in words, which is as long as the line */
		if (word_next(&p, end, words + used, &len) != 1)
			return buf_puts(why, "no ->") | -1;
		if (len == 2 && memcmp(words + used, "->", 2) == 0)
			break;
		if (routingtext_word(&j, words + used, len) == -1) {
			buf_printf(why, "not known: %s", words + used);
			return -1;
		}
		used += len;
	}
	if (j.to.n == 0)
		return buf_puts(why, "no to:ADDRESS") | -1;
	routing_decide(w, c, &j);
	return check_words(w, p, end, why);
}
