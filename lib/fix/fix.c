#include "fix/fix.h"
#include "base/ascii.h"
#include "conf/template.h"
#include "fix/facts.h"
#include "format/envlines.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/fixheader.h"
#include "mail/header.h"
#include "mail/received.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct work {
	const struct fix_site *site;
	struct fix_mail *m;
	struct fixfacts facts;
	struct buf came; /* the header, once it is to be changed */
	struct buf out;  /* what a template makes */
	struct slice list[FIX_LISTS_MAX];
	size_t lists;
	int check; /* line of a check-from, or 0 */
};

/* what a refusal by a rule looks like to apply() */
enum { GO_ON = 0, STOP = 1, NO_MEMORY = -1 };

static int
refuse(struct work *w, const char *esc, struct slice text, unsigned line)
{
	snprintf(w->m->said, sizeof w->m->said, "%s %.*s", esc,
	    (int)(text.n > FIXRULES_TEXT_MAX ? FIXRULES_TEXT_MAX : text.n),
	    text.p);
	w->m->text = w->m->said;
	w->m->line = line;
	return STOP;
}

/* fields */

/* 1, 0 or -1 of fixheader */
static int
changed(struct work *w, int r)
{
	if (r == 1)
		w->m->changed = 1;
	return r == -1 ? NO_MEMORY : GO_ON;
}

static int
set_field(struct work *w, const char *name, const char *p, size_t n)
{
	return changed(w,
	    fixheader_set(w->m->header, name, strlen(name), p, n));
}

static int
make(struct work *w, struct slice template, enum template_form form)
{
	struct template_source s = fixfacts_source(&w->facts);
	size_t n;

	buf_clear(&w->out);
	if (template_put(&w->out, template.p, template.n, form, &s) == -1)
		return -1;
	/* blanks at the ends say nothing, and nothing is left out */
	for (n = buf_len(&w->out); n > 0 && buf_data(&w->out)[n - 1] == ' ';
	     n--)
		w->out.end--;
	while (buf_len(&w->out) > 0 && *buf_data(&w->out) == ' ')
		w->out.off++;
	return 0;
}

static int
do_field(struct work *w, const struct fixrules_action *a)
{
	const char *name = a->name.p;
	struct buf *h = w->m->header;
	const char *v;
	size_t n;

	if (a->what == FIXRULES_DEFAULT &&
	    fixheader_has(buf_data(h), buf_len(h), name, a->name.n))
		return GO_ON;
	if (make(w, a->value, TEMPLATE_TEXT) == -1)
		return NO_MEMORY;
	v = buf_data(&w->out);
	n = buf_len(&w->out);
	if (n == 0)
		return GO_ON;
	return changed(w,
	    a->what == FIXRULES_SET ? fixheader_set(h, name, a->name.n, v, n)
				    : fixheader_add(h, name, a->name.n, v, n));
}

static int
set_message_id(struct work *w)
{
	char t[TOKEN_ID_MAX + WORD_DOMAIN_MAX + 8];

	return set_field(w, "Message-ID", t,
	    snprintf(t, sizeof t, "<%s@%s>", w->facts.id, w->facts.domain));
}

static int
do_feedback(struct work *w, struct slice v)
{
	if (make(w, v, TEMPLATE_WORD) == -1)
		return NO_MEMORY;
	return buf_len(&w->out) == 0
	    ? GO_ON
	    : set_field(w, "Feedback-ID", buf_data(&w->out), buf_len(&w->out));
}

/* unsubscribing */

/* "<URL>" appended, with the token where the template names nothing */
static int
put_url(struct work *w, struct buf *b, const char *scheme, struct slice v)
{
	int named = template_names(v.p, v.n, "token") ||
	    template_names(v.p, v.n, "uuid");
	int mailto = *scheme != '\0' || v.p[0] == 'm';
	struct buf t = { 0 };
	int r = -1;

	if (make(w, v, TEMPLATE_URL) == -1 || buf_puts(&t, scheme) == -1 ||
	    buf_put(&t, buf_data(&w->out), buf_len(&w->out)) == -1)
		goto out;
	if (!named && mailto &&
	    buf_puts(&t,
		memchr(v.p, '?', v.n) == NULL ? "?subject=" : "&subject=") ==
		-1)
		goto out;
	if (!named) {
		if (make(w, (struct slice){ "%{token}", 8 }, TEMPLATE_TEXT) ==
			-1 ||
		    buf_put(&t, buf_data(&w->out), buf_len(&w->out)) == -1)
			goto out;
	}
	r = 0;
	if (buf_len(&t) > FIX_URL_MAX)
		goto out;
	if (buf_puts(b, buf_len(b) > 0 ? ", <" : "<") == -1 ||
	    buf_put(b, buf_data(&t), buf_len(&t)) == -1 ||
	    buf_putc(b, '>') == -1)
		r = -1;
out:
	buf_free(&t);
	return r;
}

/* the action at i and those that belong to it */
static int
do_unsubscribe(struct work *w, const struct fixrules_rule *r, unsigned i)
{
	static const char post[] = "List-Unsubscribe-Post",
			  click[] = "List-Unsubscribe=One-Click";
	struct buf b = { 0 };
	int one_click = 0, https = 0, k = NO_MEMORY;

	if (put_url(w, &b, "", r->action[i].value) == -1)
		goto out;
	https = buf_len(&b) > 0 && buf_data(&b)[1] == 'h';
	for (i++; i < r->n; i++)
		if (r->action[i].what == FIXRULES_ONE_CLICK)
			one_click = https;
		else if (r->action[i].what != FIXRULES_MAILTO)
			break;
		else if (put_url(w, &b, "mailto:", r->action[i].value) == -1)
			goto out;
	k = GO_ON;
	if (buf_len(&b) == 0 || w->facts.no_key)
		goto out;
	k = set_field(w, "List-Unsubscribe", buf_data(&b), buf_len(&b));
	if (k != GO_ON)
		goto out;
	/* one that came belongs to what was replaced */
	k = one_click
	    ? set_field(w, post, click, sizeof click - 1)
	    : changed(w, fixheader_remove(w->m->header, post, sizeof post - 1));
out:
	buf_free(&b);
	return k;
}

/* none in what nobody can be asked about: the null sender's, and without a
 * key; the last one counts */
static int
do_pixel(struct work *w, struct slice v)
{
	struct buf b = { 0 };
	size_t n;

	if (buf_len(&w->facts.sender) == 0 || w->facts.keys == NULL ||
	    w->facts.keys->n == 0)
		return GO_ON;
	if (put_url(w, &b, "", v) == -1) {
		buf_free(&b);
		return NO_MEMORY;
	}
	/* it stands in <> */
	n = buf_len(&b);
	if (n > 2 && n - 2 <= FIX_URL_MAX) {
		memcpy(w->m->pixel, buf_data(&b) + 1, n - 2);
		w->m->pixel[n - 2] = '\0';
	}
	buf_free(&b);
	return GO_ON;
}

/* the envelope */

static int
envelope(struct work *w, int r)
{
	return r == -1 || fixfacts_envelope(&w->facts, w->m->env) == -1
	    ? NO_MEMORY
	    : GO_ON;
}

static int
do_envelope(struct work *w, const struct fixrules_action *a)
{
	size_t n;

	if (make(w, a->value, TEMPLATE_TEXT) == -1)
		return NO_MEMORY;
	n = buf_len(&w->out);
	if (n == 0)
		return GO_ON;
	if (n > FIX_TAG_MAX)
		n = FIX_TAG_MAX;
	if (a->what == FIXRULES_TAG)
		return envelope(w,
		    envlines_tag(w->m->env, a->name.p, a->name.n,
			buf_data(&w->out), n));
	return envelope(w,
	    envlines_set(w->m->env,
		a->what == FIXRULES_PRIO ? "prio" : "tenant", buf_data(&w->out),
		n));
}

static int
do_return_path(struct work *w, struct slice domain, int verp)
{
	struct buf b = { 0 };
	struct token t;
	int r;

	if (buf_len(&w->facts.sender) == 0)
		return GO_ON;
	if (w->facts.keys == NULL || w->facts.keys->n == 0) {
		w->facts.no_key = 1;
		return GO_ON;
	}
	fixfacts_token(&w->facts, TOKEN_BOUNCE, &t);
	if (!verp)
		t.rcpt[0] = '\0';
	r = token_return_path(&b, w->facts.keys, &t, domain.p, domain.n);
	if (r == 0)
		r = envlines_set(w->m->env, "from", buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r == -1 ? NO_MEMORY : GO_ON;
}

/* a return path that the message brings with it */
static int
do_path_header(struct work *w, struct slice name, struct slice domains)
{
	char field[FIXHEADER_NAME_MAX + 1], text[ADDRLIST_ADDRESS_MAX + 1];
	struct header_field f;
	struct address a;
	struct slice one;
	struct address_parts parts;
	const char *p;
	long n;
	int good = 0;

	if (buf_len(&w->facts.sender) == 0 || name.n > FIXHEADER_NAME_MAX)
		return GO_ON;
	memcpy(field, name.p, name.n);
	field[name.n] = '\0';
	if (w->facts.header_len == 0 ||
	    !header_find(w->facts.header, w->facts.header_len, field, &f))
		return GO_ON;
	p = f.value;
	n = addrlist_next(&p, f.value + f.value_len, text);
	/* VIOLATIONS.md: LONG-LOCAL, for they are made by programs */
	if (n <= 0 || p != f.value + f.value_len ||
	    address_parse(text, n, &parts) != ADDRESS_GOOD ||
	    parts.domain == NULL)
		return GO_ON;
	n = address_plain(parts.text, parts.len, text);
	if (address_set(&a, text, n) == -1)
		return GO_ON;
	while (word_piece(&domains, ',', &one))
		if (one.n > 1 && one.p[0] == '.')
			good |= (a.domain_len == one.n - 1 &&
				    strncasecmp(a.domain, one.p + 1,
					one.n - 1) == 0) ||
			    (a.domain_len > one.n &&
				strncasecmp(a.domain + a.domain_len - one.n,
				    one.p, one.n) == 0);
		else
			good |=
			    ascii_same(a.domain, a.domain_len, one.p, one.n);
	return !good                                         ? GO_ON
	    : envlines_set(w->m->env, "from", text, n) == -1 ? NO_MEMORY
							     : GO_ON;
}

/* rules */

/* what is done to the header */
static int
do_content(struct work *w, const struct fixrules_rule *r, unsigned i)
{
	const struct fixrules_action *a = &r->action[i];

	switch (a->what) {
	case FIXRULES_ADD:
	case FIXRULES_SET:
	case FIXRULES_DEFAULT: return do_field(w, a);
	case FIXRULES_REMOVE:
		return changed(w,
		    fixheader_remove(w->m->header, a->value.p, a->value.n));
	case FIXRULES_MESSAGE_ID: return set_message_id(w);
	case FIXRULES_LIST_UNSUBSCRIBE: return do_unsubscribe(w, r, i);
	case FIXRULES_FEEDBACK_ID: return do_feedback(w, a->value);
	case FIXRULES_PIXEL: return do_pixel(w, a->value);
	case FIXRULES_SEVEN_BIT: w->m->seven_bit = 1; return GO_ON;
	default: return GO_ON;
	}
}

static int
do_action(struct work *w, const struct fixrules_rule *r, unsigned i)
{
	const struct fixrules_action *a = &r->action[i];

	switch (a->what) {
	case FIXRULES_TAG:
	case FIXRULES_TENANT:
	case FIXRULES_PRIO: return do_envelope(w, a);
	case FIXRULES_RETURN_PATH:
		return do_return_path(w, a->value,
		    i + 1 < r->n && a[1].what == FIXRULES_VERP);
	case FIXRULES_RETURN_PATH_HEADER:
		return do_path_header(w, a->name, a->value);
	case FIXRULES_REJECT: return refuse(w, "5.7.1", a->value, r->line);
	case FIXRULES_ALLOW_FROM:
		if (w->lists < FIX_LISTS_MAX)
			w->list[w->lists++] = a->value;
		return GO_ON;
	case FIXRULES_CHECK_FROM: w->check = r->line; return GO_ON;
	default: return w->m->long_header ? GO_ON : do_content(w, r, i);
	}
}

/* the header as it came is kept as long as rules look at it */
static int
keep_header(struct work *w)
{
	if (w->came.p != NULL || buf_len(w->m->header) == 0)
		return 0;
	if (buf_put(&w->came, buf_data(w->m->header), buf_len(w->m->header)) ==
	    -1)
		return -1;
	w->facts.header = buf_data(&w->came);
	return 0;
}

/* GO_ON, STOP, NO_MEMORY; FIX_TEMP's text is set for a damaged table */
static int
apply(struct work *w, enum fix_verdict *v)
{
	static const char damaged[] = "4.3.5 the table fix is damaged";
	struct fixrules_mail mail;
	struct fixrules_rule r;
	unsigned after = 0, i;
	int k;

	for (;; after = r.line) {
		fixfacts_mail(&w->facts, &mail);
		k = fixrules_find(w->site->loaded, w->site->rules, &mail, after,
		    &r);
		if (k == 0)
			return GO_ON;
		if (k == -1) {
			w->m->text = damaged;
			*v = FIX_TEMP;
			return STOP;
		}
		if (keep_header(w) == -1)
			return NO_MEMORY;
		for (i = 0; i < r.n; i++)
			if ((k = do_action(w, &r, i)) != GO_ON) {
				*v = FIX_PERM;
				return k;
			}
	}
}

/* what everybody gets */

/* what is for us alone: who has a blind copy, and where an earlier copy of
 * the message was delivered for */
static const char *const private[] = { "Bcc", "Resent-Bcc", "Return-Path",
	NULL };

static int
remove_private(struct work *w)
{
	const char *const *p;

	for (p = private; *p != NULL; p++)
		if (changed(w,
			fixheader_remove(w->m->header, *p, strlen(*p))) ==
		    NO_MEMORY)
			return -1;
	return 0;
}

int
fix_needed(const char *header, size_t n)
{
	const char *const *name, *p = header, *end = header + n;
	struct header_field f;
	int date = 0, id = 0, is_date, is_id;

	while (header_field(&p, end, &f)) {
		if (strchr("BbDdFfMmRr", f.name[0]) == NULL)
			continue;
		for (name = private; *name != NULL; name++)
			if (header_is(&f, *name))
				return 1;
		is_date = header_is(&f, "Date");
		is_id = header_is(&f, "Message-ID");
		if ((is_date || is_id || header_is(&f, "From")) &&
		    header_silent(&f))
			return 1;
		date |= is_date;
		id |= is_id;
	}
	return !date || !id;
}

/* a field that says nothing is missing, too; beside one that does it goes.
 * 1, 0 or NO_MEMORY */
static int
missing(struct work *w, const char *name)
{
	struct buf *h = w->m->header;
	size_t empty;

	if (header_says(buf_data(h), buf_len(h), name, &empty) == 0)
		return 1;
	return empty == 0
	    ? 0
	    : changed(w, fixheader_remove_empty(h, name, strlen(name)));
}

/* is the first trace field one that this host put there? */
static int
have_received(const struct work *w)
{
	char text[1024];
	const char *at, *by;
	struct header_field f;
	size_t n, len = strlen(w->site->me);

	if (w->facts.header_len == 0 ||
	    !header_find(w->facts.header, w->facts.header_len, "Received", &f))
		return 0;
	n = header_unfold(f.value, f.value_len, text + 1, sizeof text - 2);
	text[0] = ' ';
	text[n + 1] = '\0';
	for (at = text; (by = strcasestr(at, " by ")) != NULL; at = by + 1)
		if (strncasecmp(by + 4, w->site->me, len) == 0 &&
		    (by[4 + len] == '\0' || by[4 + len] == ' ' ||
			by[4 + len] == ';'))
			return 1;
	return 0;
}

static const char *
string(struct buf *b)
{
	return buf_len(b) == 0 || buf_putc(b, '\0') == -1 ? NULL : buf_data(b);
}

static int
put_received(struct work *w)
{
	struct fixfacts *f = &w->facts;
	struct received r = { .by = w->site->me, .now = f->now };

	if (buf_len(&f->client) == 0 || have_received(w))
		return 0;
	r.client = string(&f->client);
	r.client_name = string(&f->client_name);
	r.helo = string(&f->helo);
	r.with = string(&f->proto);
	if (r.with == NULL)
		r.with = "SMTP";
	return received_put(w->m->front, &r);
}

static int
complete(struct work *w)
{
	char date[DATE_LEN + 1];
	size_t n = date_format(date, w->facts.now, 0);
	int from = missing(w, "From"), no_date = missing(w, "Date"),
	    no_id = missing(w, "Message-ID");

	if (from == NO_MEMORY || no_date == NO_MEMORY || no_id == NO_MEMORY ||
	    remove_private(w) == -1)
		return -1;
	if (w->site->add_from && from && buf_len(&w->facts.sender) > 0 &&
	    set_field(w, "From", buf_data(&w->facts.sender),
		buf_len(&w->facts.sender)) != GO_ON)
		return -1;
	if (no_date && set_field(w, "Date", date, n) != GO_ON)
		return -1;
	if (no_id && set_message_id(w) != GO_ON)
		return -1;
	return put_received(w);
}

static int
judge(struct work *w)
{
	static const char long_one[] = "the header is too long for From to be "
				       "checked";
	const char *fault;

	if (w->facts.no_key) {
		w->m->text = "4.3.5 no key to sign with";
		return FIX_TEMP;
	}
	if (w->check == 0)
		return FIX_PASS;
	fault = w->m->long_header
	    ? long_one
	    : fixfacts_check_from(&w->facts, w->list, w->lists);
	if (fault == NULL)
		return FIX_PASS;
	w->m->from_refused = 1;
	refuse(w, "5.7.1", (struct slice){ fault, strlen(fault) }, w->check);
	return FIX_PERM;
}

static int
run(struct work *w)
{
	enum fix_verdict v = FIX_PASS;
	int r;

	if (fixfacts_read(&w->facts, w->m->env, w->m->rnd) == -1)
		return -1;
	r = apply(w, &v);
	if (r == NO_MEMORY)
		return -1;
	if (r == STOP)
		return v;
	r = judge(w);
	if (r != FIX_PASS || w->m->long_header)
		return r;
	/* the copy is what the facts are of; without one it is the header,
	 * which may now move */
	if (keep_header(w) == -1)
		return -1;
	return complete(w) == -1 ? -1 : FIX_PASS;
}

int
fix_message(const struct fix_site *site, struct fix_mail *m)
{
	struct work w = { .site = site, .m = m };
	int r;

	w.facts.me = site->me;
	w.facts.now = m->now;
	w.facts.keys = site->keys;
	w.facts.add_from = site->add_from;
	w.facts.header = buf_data(m->header);
	w.facts.header_len = buf_len(m->header);
	r = run(&w);
	fixfacts_free(&w.facts);
	buf_free(&w.came);
	buf_free(&w.out);
	return r;
}
