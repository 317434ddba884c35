#include "fix/actions.h"
#include "base/ascii.h"
#include "conf/template.h"
#include "dns/idnaddress.h"
#include "fix/fields.h"
#include "format/envlines.h"
#include "mail/address.h"
#include "mail/fixheader.h"
#include "mail/header.h"
#include <stdio.h>
#include <string.h>

int
fixaction_refuse(struct fixwork *w, const char *esc, struct slice text,
    unsigned line)
{
	snprintf(w->m->said, sizeof w->m->said, "%s %.*s", esc,
	    (int)(text.n > FIXRULES_TEXT_MAX ? FIXRULES_TEXT_MAX : text.n),
	    text.p);
	w->m->text = w->m->said;
	w->m->line = line;
	return FIXACTION_STOP;
}

/* fields */

static int
make(struct fixwork *w, struct slice template, enum template_form form)
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
do_field(struct fixwork *w, const struct fixrules_action *a)
{
	const char *name = a->name.p;
	struct buf *h = w->m->header;
	const char *v;
	size_t n;

	if (a->what == FIXRULES_DEFAULT &&
	    fixheader_has(buf_data(h), buf_len(h), name, a->name.n))
		return FIXACTION_GO_ON;
	if (make(w, a->value, TEMPLATE_TEXT) == -1)
		return FIXACTION_NO_MEMORY;
	v = buf_data(&w->out);
	n = buf_len(&w->out);
	if (n == 0)
		return FIXACTION_GO_ON;
	return fixfield_changed(w->m,
	    a->what == FIXRULES_SET ? fixheader_set(h, name, a->name.n, v, n)
				    : fixheader_add(h, name, a->name.n, v, n));
}

static int
do_feedback(struct fixwork *w, struct slice v)
{
	if (make(w, v, TEMPLATE_WORD) == -1)
		return FIXACTION_NO_MEMORY;
	return buf_len(&w->out) == 0 ? FIXACTION_GO_ON
				     : fixfield_set(w->m, "Feedback-ID",
					   buf_data(&w->out), buf_len(&w->out));
}

/* unsubscribing */

/* "<URL>" appended, with the token where the template names nothing */
static int
put_url(struct fixwork *w, struct buf *b, const char *scheme, struct slice v)
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
do_unsubscribe(struct fixwork *w, const struct fixrules_rule *r, unsigned i)
{
	static const char post[] = "List-Unsubscribe-Post",
			  click[] = "List-Unsubscribe=One-Click";
	struct buf b = { 0 };
	int one_click = 0, https = 0, k = FIXACTION_NO_MEMORY;

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
	k = FIXACTION_GO_ON;
	if (buf_len(&b) == 0 || w->facts.no_key)
		goto out;
	k = fixfield_set(w->m, "List-Unsubscribe", buf_data(&b), buf_len(&b));
	if (k != FIXACTION_GO_ON)
		goto out;
	/* one that came belongs to what was replaced */
	k = one_click
	    ? fixfield_set(w->m, post, click, sizeof click - 1)
	    : fixfield_changed(w->m,
		  fixheader_remove(w->m->header, post, sizeof post - 1));
out:
	buf_free(&b);
	return k;
}

/* none in what nobody can be asked about: the null sender's, and without a
 * key; the last one counts */
static int
do_pixel(struct fixwork *w, struct slice v)
{
	struct buf b = { 0 };
	size_t n;

	if (buf_len(&w->facts.sender) == 0 || w->facts.keys == NULL ||
	    w->facts.keys->n == 0)
		return FIXACTION_GO_ON;
	if (put_url(w, &b, "", v) == -1) {
		buf_free(&b);
		return FIXACTION_NO_MEMORY;
	}
	/* it stands in <> */
	n = buf_len(&b);
	if (n > 2 && n - 2 <= FIX_URL_MAX) {
		memcpy(w->m->pixel, buf_data(&b) + 1, n - 2);
		w->m->pixel[n - 2] = '\0';
	}
	buf_free(&b);
	return FIXACTION_GO_ON;
}

/* the envelope */

static int
envelope(struct fixwork *w, int r)
{
	return r == -1 || fixfacts_envelope(&w->facts, w->m->env) == -1
	    ? FIXACTION_NO_MEMORY
	    : FIXACTION_GO_ON;
}

static int
do_envelope(struct fixwork *w, const struct fixrules_action *a)
{
	size_t n;

	if (make(w, a->value, TEMPLATE_TEXT) == -1)
		return FIXACTION_NO_MEMORY;
	n = buf_len(&w->out);
	if (n == 0)
		return FIXACTION_GO_ON;
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

/* whole or not at all: two that are cut would be one, and a message lost */
static int
do_key(struct fixwork *w, const struct fixrules_action *a, unsigned line)
{
	static const char too_long[] = "idempotency key too long";
	struct slice text = { too_long, sizeof too_long - 1 };

	if (make(w, a->value, TEMPLATE_TEXT) == -1)
		return FIXACTION_NO_MEMORY;
	if (buf_len(&w->out) == 0)
		return FIXACTION_GO_ON;
	if (buf_len(&w->out) > FIX_KEY_MAX)
		return fixaction_refuse(w, "5.6.0", text, line);
	return envelope(w,
	    envlines_set(w->m->env, "key", buf_data(&w->out),
		buf_len(&w->out)));
}

static int
do_return_path(struct fixwork *w, struct slice domain, int verp)
{
	char form[WORD_ADDRESS_MAX + 1];
	struct buf b = { 0 };
	struct token t;
	int r, bind;

	if (buf_len(&w->facts.sender) == 0)
		return FIXACTION_GO_ON;
	if (w->facts.keys == NULL || w->facts.keys->n == 0) {
		w->facts.no_key = 1;
		return FIXACTION_GO_ON;
	}
	fixfacts_token(&w->facts, TOKEN_BOUNCE, &t);
	if (!verp)
		t.rcpt[0] = '\0';
	bind = verp &&
	    idnaddress_form(buf_data(&w->facts.rcpt), buf_len(&w->facts.rcpt),
		form) != -1;
	r = token_return_path(&b, w->facts.keys, &t, bind ? form : NULL,
	    domain.p, domain.n);
	if (r == 0)
		r = envlines_set(w->m->env, "from", buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r == -1 ? FIXACTION_NO_MEMORY : FIXACTION_GO_ON;
}

/* the one address that a field holds, plain, into a and text, which has room
 * for ADDRLIST_ADDRESS_MAX bytes and a NUL; its length, or -1: none */
static long
field_address(const struct fixwork *w, const char *name, char *text,
    struct address *a)
{
	struct header_field f;
	struct address_parts parts;
	const char *p;
	long n;

	if (w->facts.header_len == 0 ||
	    !header_find(w->facts.header, w->facts.header_len, name, &f))
		return -1;
	p = f.value;
	n = addrlist_next(&p, f.value + f.value_len, text);
	/* VIOLATIONS.md: LONG-LOCAL, for they are made by programs */
	if (n <= 0 || p != f.value + f.value_len ||
	    address_parse(text, n, &parts) != ADDRESS_GOOD ||
	    parts.domain == NULL)
		return -1;
	n = address_plain(parts.text, parts.len, text);
	return address_set(a, text, n) == -1 ? -1 : n;
}

/* is its domain one of a list like a.example,.b.example? */
static int
domain_listed(struct slice domains, const struct address *a)
{
	size_t len = a->domain_len;
	struct slice one;

	while (word_piece(&domains, ',', &one)) {
		if (ascii_same(a->domain, len, one.p, one.n))
			return 1;
		if (one.n <= 1 || one.p[0] != '.')
			continue;
		if (ascii_same(a->domain, len, one.p + 1, one.n - 1) ||
		    (len > one.n &&
			ascii_same(a->domain + len - one.n, one.n, one.p,
			    one.n)))
			return 1;
	}
	return 0;
}

/* a return path that the message brings with it */
static int
do_path_header(struct fixwork *w, struct slice name, struct slice domains)
{
	char field[FIXHEADER_NAME_MAX + 1], text[ADDRLIST_ADDRESS_MAX + 1];
	struct address a;
	long n;

	if (buf_len(&w->facts.sender) == 0 || name.n > FIXHEADER_NAME_MAX)
		return FIXACTION_GO_ON;
	memcpy(field, name.p, name.n);
	field[name.n] = '\0';
	n = field_address(w, field, text, &a);
	if (n == -1 || !domain_listed(domains, &a))
		return FIXACTION_GO_ON;
	return envlines_set(w->m->env, "from", text, n) == -1
	    ? FIXACTION_NO_MEMORY
	    : FIXACTION_GO_ON;
}

/* rules */

/* what is done to the header */
static int
do_content(struct fixwork *w, const struct fixrules_rule *r, unsigned i)
{
	const struct fixrules_action *a = &r->action[i];

	switch (a->what) {
	case FIXRULES_ADD:
	case FIXRULES_SET:
	case FIXRULES_DEFAULT: return do_field(w, a);
	case FIXRULES_REMOVE:
		return fixfield_changed(w->m,
		    fixheader_remove(w->m->header, a->value.p, a->value.n));
	case FIXRULES_MESSAGE_ID: return fixfield_message_id(w->m, &w->facts);
	case FIXRULES_LIST_UNSUBSCRIBE: return do_unsubscribe(w, r, i);
	case FIXRULES_FEEDBACK_ID: return do_feedback(w, a->value);
	case FIXRULES_PIXEL: return do_pixel(w, a->value);
	case FIXRULES_SEVEN_BIT: w->m->seven_bit = 1; return FIXACTION_GO_ON;
	default: return FIXACTION_GO_ON;
	}
}

int
fixaction_do(struct fixwork *w, const struct fixrules_rule *r, unsigned i)
{
	const struct fixrules_action *a = &r->action[i];

	switch (a->what) {
	case FIXRULES_TAG:
	case FIXRULES_TENANT:
	case FIXRULES_PRIO: return do_envelope(w, a);
	case FIXRULES_KEY: return do_key(w, a, r->line);
	case FIXRULES_RETURN_PATH:
		return do_return_path(w, a->value,
		    i + 1 < r->n && a[1].what == FIXRULES_VERP);
	case FIXRULES_RETURN_PATH_HEADER:
		return do_path_header(w, a->name, a->value);
	case FIXRULES_REJECT:
		return fixaction_refuse(w, "5.7.1", a->value, r->line);
	case FIXRULES_ALLOW_FROM:
		if (w->lists < FIX_LISTS_MAX)
			w->list[w->lists++] = a->value;
		return FIXACTION_GO_ON;
	case FIXRULES_CHECK_FROM: w->check = r->line; return FIXACTION_GO_ON;
	default:
		return w->m->long_header ? FIXACTION_GO_ON
					 : do_content(w, r, i);
	}
}
