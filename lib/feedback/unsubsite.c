#include "feedback/unsubsite.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/event.h"
#include "feedback/oneclick.h"
#include <string.h>

enum { SECONDS_A_DAY = 86400 };

/* many ask rarely, and a few, who ask for many, often */
void
unsubsite_rate(struct unsubsite *s, unsigned a_minute)
{
	s->rates.keys_max = ADDRRATE_KEYS_MAX;
	s->rates.limit = (struct bucket_limit){ INT64_C(60) * 1000000, a_minute,
		a_minute / UNSUBSITE_BURST + 1 };
}

/* why nothing can be done now: once, until it goes again */
static void
tell(struct unsubsite *s, const char *text)
{
	if (!s->told)
		warn("%s", text);
	s->told = 1;
}

static void
tell_facts(struct unsubsite *s)
{
	if (!s->told)
		warn("unable to write facts: %m");
	s->told = 1;
}

/* the event */

static void
put(const char *label, const char *value)
{
	if (value != NULL && *value != '\0')
		event_puts(label, value);
}

static void
put_client(const struct httpd_request *r)
{
	static const unsigned char unknown[IP_LEN];
	unsigned char a[IP_LEN];
	char ip[IP_TEXT];

	memcpy(a, r->ip, IP_LEN);
	if (memcmp(a, unknown, IP_LEN) != 0)
		event_puts("client", ip_text(a, ip_unmap(a, IP_LEN), ip));
}

/* whose mail it is about: the list of the token says it before the host of the
 * URL, for that is what the client says; 0, or -1: the table is damaged */
static int
find_whose(const struct unsubsite *s, const struct httpd_request *r,
    const struct token *t, struct conffeedback *c)
{
	memset(c, 0, sizeof *c);
	if (s->table.get == NULL)
		return 0;
	if (conffeedback_host(&s->table, r->host, c) == -1 ||
	    conffeedback_list(&s->table, t->list, c) == -1)
		return -1;
	return 0;
}

/* what is so from now on; 0, or -1 */
static int
note(struct unsubsite *s, const struct httpd_request *r, const struct token *t)
{
	struct conffeedback whose;

	if (find_whose(s, r, t, &whose) == -1) {
		tell(s, "unable to read the table feedback: it is damaged");
		return -1;
	}
	event_begin("unsubscribe");
	put("to", t->rcpt);
	event_puts("by", "one-click");
	event_puts("uuid", t->id);
	event_puts("tied-by", "list-token");
	event_num("trusted", 1);
	put("list", t->list);
	put("tenant", whose.tenant[0] != '\0' ? whose.tenant : s->tenant);
	put("stream", whose.stream[0] != '\0' ? whose.stream : s->stream);
	put_client(r);
	buf_clear(&s->line);
	needs(event_end_into(&s->line));
	if (factlog_put(&s->facts, buf_data(&s->line), buf_len(&s->line)) == 0)
		return 0;
	tell_facts(s);
	return -1;
}

/* requests */

static void
answer(struct unsubsite *s, struct httpd_request *r, const struct oneclick *o)
{
	httpd_answer(r, o->status, o->more,
	    (struct slice){ buf_data(&s->page), buf_len(&s->page) });
}

static void
later(struct unsubsite *s, struct httpd_request *r)
{
	struct oneclick o;

	needs(oneclick_later(&o, &s->page));
	answer(s, r, &o);
}

static int
too_often(struct unsubsite *s, struct httpd_request *r)
{
	struct oneclick o;

	if (s->rates.keys_max == 0 ||
	    addrrate_take(&s->rates, r->ip, clock_mono_ms() * 1000) == 0)
		return 0;
	needs(oneclick_slower(&o, &s->page));
	answer(s, r, &o);
	return 1;
}

void
unsubsite_take(struct unsubsite *s, struct httpd_request *r)
{
	struct oneclick_request q = { r->method, r->path, r->argument, r->type,
		{ buf_data(&r->body), buf_len(&r->body) }, r->too_large };
	struct oneclick o;

	if (too_often(s, r))
		return;
	needs(oneclick_judge(&o, &q, &s->keys.keys,
	    (unsigned)(clock_wall_s() / SECONDS_A_DAY), s->days, &s->page));
	if (o.what == ONECLICK_SAY) {
		answer(s, r, &o);
		return;
	}
	if (note(s, r, &o.token) == -1) {
		later(s, r);
		return;
	}
	needs(buf_put(&r->kept, buf_data(&s->page), buf_len(&s->page)));
	list_append(&s->held, &r->line);
}

/* all that came in this round is on disk together; only then they hear of it */
void
unsubsite_commit(struct unsubsite *s)
{
	struct list_node *n;
	struct httpd_request *r;
	int good;

	if (s->held.first == NULL)
		return;
	good = factlog_sync(&s->facts, clock_mono_ms()) == 0;
	if (!good)
		tell_facts(s);
	/* who is answered may look for the event in the log */
	event_flush();
	while ((n = list_take(&s->held)) != NULL) {
		r = LIST_OF(n, struct httpd_request, line);
		if (good)
			httpd_answer(r, 200, NULL,
			    (struct slice){
				buf_data(&r->kept), buf_len(&r->kept) });
		else
			later(s, r);
	}
	if (good)
		s->told = 0;
}
