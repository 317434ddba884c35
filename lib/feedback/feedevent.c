#include "feedback/feedevent.h"
#include "base/ascii.h"
#include "base/die.h"
#include "chain/event.h"
#include "crypt/digest.h"
#include "feedback/addrfind.h"
#include "mail/header.h"
#include <stdio.h>
#include <string.h>

static struct slice
string(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* ids */

/* the fields that say which message this is: those that its way adds, and
 * that differ when it is sent again, do not count */
static void
digest_header(struct digest *d, const struct mailparts *m)
{
	static const char *const names[] = { "From", "To", "Date", "Subject",
		"Message-ID", "Content-Type", "In-Reply-To", NULL };
	const char *p = m->header, *end = p + m->header_len;
	struct header_field f;
	unsigned i;

	while (header_field(&p, end, &f))
		for (i = 0; names[i] != NULL; i++)
			if (header_is(&f, names[i]))
				digest_add(d, f.raw, f.raw_len);
}

void
feedevent_eid(char out[FEEDEVENT_EID_LEN + 1], const struct feedevent *e,
    const char *kind, size_t i)
{
	const struct mailparts *m = &e->mail->parts;
	unsigned char sum[DIGEST_LEN];
	struct digest d;
	char number[32];

	digest_init(&d);
	digest_add(&d, number,
	    (size_t)snprintf(number, sizeof number, "%s %zu ", kind, i));
	digest_add(&d, e->came_to.p, e->came_to.n);
	digest_header(&d, m);
	digest_add(&d, e->message + m->header_len, e->n - m->header_len);
	digest_end(&d, sum);
	for (i = 0; i < FEEDEVENT_EID_LEN / 2; i++)
		ascii_hex(out + 2 * i, sum[i]);
	out[FEEDEVENT_EID_LEN] = '\0';
}

/* labels */

static void
put(const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0')
		event_puts(label, value);
}

static void
put_slice(const char *label, struct slice s)
{
	if (s.n > 0)
		event_put(label, s.p, s.n);
}

static void
put_labels(struct slice labels)
{
	struct ltsv l;
	unsigned i;

	if (labels.n == 0 || ltsv_parse(labels.p, labels.n, &l) == -1)
		return;
	for (i = 0; i < l.n; i++)
		event_copy(&l.f[i]);
}

static void
begin(const struct feedevent *e, const char *kind, size_t i)
{
	char eid[FEEDEVENT_EID_LEN + 1];

	feedevent_eid(eid, e, kind, i);
	event_begin(kind);
	event_puts("eid", eid);
}

/* which message, whose, and how sure that is */
static void
put_tie(const struct feedevent *e, enum tie_by by, int proven)
{
	const struct tie *t = e->tie;

	put("uuid", t->token.id);
	put("tied-by", tie_word(by));
	event_num("trusted", (uint64_t)proven);
	if (t->forged)
		event_puts("token", "forged");
	else if (t->expired)
		event_puts("token", "expired");
	put("msgid", t->msgid);
	put("list", t->token.list);
	put("tenant", e->address->tenant);
	put("stream", e->address->stream);
}

static void
end(struct buf *lines, const struct feedevent *e)
{
	put_slice("came-to", e->came_to);
	put_slice("from", e->from);
	put_labels(e->labels);
	needs(event_end_into(lines));
}

/* tied by an address alone, if by nothing else */
static enum tie_by
by_address(const struct tie *t, const char *address)
{
	return t->by == TIE_NONE && address[0] != '\0' ? TIE_ADDRESS : t->by;
}

/* does a token prove this recipient?  The only one of a report is the one that
 * the token names, also where mail was sent on and another one is reported */
static int
is_proven(const struct feedevent *e, const char *address, size_t n_rcpts)
{
	const struct tie *t = e->tie;

	if (t->by < TIE_LIST_TOKEN)
		return 0;
	if (t->token.rcpt[0] == '\0')
		return e->address->believe && address[0] != '\0';
	return n_rcpts <= 1 ||
	    ascii_same(address, strlen(address), t->token.rcpt,
		strlen(t->token.rcpt));
}

/* who it is about: the one whom the token names, else the reported one */
static void
put_to(const struct feedevent *e, const char *address, int proven)
{
	const char *rcpt = e->tie->token.rcpt;

	if (!proven || rcpt[0] == '\0') {
		put("to", address);
		return;
	}
	event_puts("to", rcpt);
	if (!ascii_same(rcpt, strlen(rcpt), address, strlen(address)))
		put("final-to", address);
}

/* bounces */

static struct slice
host_of(const struct feedevent *e, const struct feedreport_rcpt *r)
{
	const char *at = strrchr(r->address, '@');

	if (r->host[0] != '\0')
		return string(r->host);
	if (e->mail->report.host[0] != '\0')
		return string(e->mail->report.host);
	return string(at == NULL ? "" : at + 1);
}

/* by its reason; where that says nothing, by all that is told */
static void
classify(const struct feedevent *e, const struct feedreport_rcpt *r,
    struct failure *f)
{
	const struct buf *text = &e->mail->parts.text;
	struct failure_facts facts = { .esc = string(r->esc),
		.text = { r->text, r->text_len },
		.host = host_of(e, r),
		.phase = string(r->phase),
		.event = string("oob-bounce") };
	struct failure all;

	failuretable_look(e->classes, &facts, f);
	if (strcmp(f->class, "other") != 0 || buf_len(text) == 0)
		return;
	facts.text.p = buf_data(text);
	facts.text.n = buf_len(text) < FEEDREPORT_TEXT_MAX * 4
	    ? buf_len(text)
	    : FEEDREPORT_TEXT_MAX * 4;
	failuretable_look(e->classes, &facts, &all);
	if (strcmp(all.class, "other") == 0)
		return;
	memcpy(f->class, all.class, sizeof f->class);
	f->hard = all.hard;
}

static int
is_failure(const char *action)
{
	static const char *const good[] = { "delivered", "relayed", "expanded",
		NULL };

	return ascii_which(good, 3, action, strlen(action)) == -1;
}

static void
put_failure(const struct feedevent *e, const struct feedreport_rcpt *r)
{
	struct failure f = { .code = 0 };
	int late = strcmp(r->action, "delayed") == 0;

	if (!is_failure(r->action)) {
		put("esc", r->esc);
		return;
	}
	classify(e, r, &f);
	put("esc", r->esc[0] != '\0' ? r->esc : f.esc);
	if (f.code > 0)
		event_num("code", f.code);
	event_puts("failure", f.class);
	event_puts("failure-type", f.hard && !late ? "hard" : "soft");
}

static void
put_bounce(struct buf *lines, const struct feedevent *e, size_t i)
{
	const struct feedreport *report = &e->mail->report;
	const struct feedreport_rcpt *r = &report->rcpt[i];
	int proven = is_proven(e, r->address, report->n) ||
	    (r->orcpt[0] != '\0' && is_proven(e, r->orcpt, report->n));

	begin(e, "oob-bounce", i);
	put_to(e, r->address, proven);
	put("action", r->action);
	put_failure(e, r);
	put_tie(e, by_address(e->tie, r->address), proven);
	put("host", r->host[0] != '\0' ? r->host : report->host);
	if (!ascii_same(r->orcpt, strlen(r->orcpt), r->address,
		strlen(r->address)))
		put("orcpt", r->orcpt);
	put("arrival", report->arrival);
	event_num("fields", e->mail->structured);
	put("text", r->text);
	end(lines, e);
}

/* the report names nobody, but the token does */
static enum feedevent_result
put_nameless(struct buf *lines, const struct feedevent *e)
{
	struct feedreport_rcpt r = { .action = "failed" };
	struct mailread m = *e->mail;
	struct feedevent one = *e;

	if (e->tie->token.rcpt[0] == '\0')
		return FEEDEVENT_UNREAD;
	feedreport_line(r.address, sizeof r.address, e->tie->token.rcpt,
	    strlen(e->tie->token.rcpt));
	r.text_len = feedreport_line(r.text, sizeof r.text,
	    mailparts_bytes(&m.parts.text).p, buf_len(&m.parts.text));
	m.report.rcpt = &r;
	m.report.n = 1;
	one.mail = &m;
	put_bounce(lines, &one, 0);
	return FEEDEVENT_DONE;
}

static enum feedevent_result
put_bounces(struct buf *lines, const struct feedevent *e)
{
	const struct feedreport *report = &e->mail->report;
	size_t i;

	if (report->n == 0)
		return put_nameless(lines, e);
	for (i = 0; i < report->n; i++)
		put_bounce(lines, e, i);
	/* those that did not fit are for a person */
	return report->more ? FEEDEVENT_UNTIED : FEEDEVENT_DONE;
}

/* complaints */

static void
put_complaint(struct buf *lines, const struct feedevent *e, const char *to,
    size_t i, size_t n)
{
	const struct arf *arf = &e->mail->arf;
	int proven = is_proven(e, to, n);
	size_t k;

	begin(e, "complaint", i);
	put_to(e, to, proven);
	put_tie(e, by_address(e->tie, to), proven);
	if (arf_get(arf, "incidents") == NULL)
		event_num("incidents", 1);
	for (k = 0; k < arf->n; k++)
		if (strcmp(arf->field[k].label, "original-rcpt-to") != 0)
			put(arf->field[k].label, arf->field[k].value);
	end(lines, e);
}

static enum feedevent_result
put_complaints(struct buf *lines, const struct feedevent *e)
{
	const struct mailread *m = e->mail;
	char to[FEEDREPORT_ADDRESS_MAX + 1];
	struct slice a;
	size_t n, i;

	for (n = 0; arf_rcpt(&m->arf, n, &a); n++)
		;
	for (i = 0; i < m->report.n; i++)
		put_complaint(lines, e, m->report.rcpt[i].address, i,
		    m->report.n);
	for (i = 0; m->report.n == 0 && i < n; i++) {
		arf_rcpt(&m->arf, i, &a);
		feedreport_line(to, sizeof to, a.p, a.n);
		put_complaint(lines, e, to, i, n);
	}
	if (n > 0 || m->report.n > 0)
		return FEEDEVENT_DONE;
	put_complaint(lines, e, "", 0, 1);
	return e->tie->by == TIE_NONE ? FEEDEVENT_UNTIED : FEEDEVENT_DONE;
}

/* the others */

/* who wrote */
static void
author(const struct feedevent *e, char out[FEEDREPORT_ADDRESS_MAX + 1])
{
	struct header_field f;
	struct slice a;
	const char *p;

	out[0] = '\0';
	if (!header_find(e->mail->parts.header, e->mail->parts.header_len,
		"From", &f))
		return;
	p = f.value;
	if (addrfind_next(&p, p + f.value_len, &a))
		feedreport_line(out, FEEDREPORT_ADDRESS_MAX + 1, a.p, a.n);
}

static void
put_unsubscribe(struct buf *lines, const struct feedevent *e)
{
	char to[FEEDREPORT_ADDRESS_MAX + 1];
	int proven;

	author(e, to);
	/* nobody is unsubscribed because a stranger says so in From */
	proven = e->tie->token.rcpt[0] != '\0' && is_proven(e, to, 1);
	begin(e, "unsubscribe", 0);
	put_to(e, to, proven);
	event_puts("by", "mail");
	put_tie(e, by_address(e->tie, to), proven);
	end(lines, e);
}

static void
put_autoreply(struct buf *lines, const struct feedevent *e, const char *kind)
{
	char to[FEEDREPORT_ADDRESS_MAX + 1];
	int proven;

	author(e, to);
	proven = is_proven(e, to, 1);
	begin(e, "autoreply", 0);
	put_to(e, to, proven);
	event_puts("kind", kind);
	put_tie(e, by_address(e->tie, to), proven);
	end(lines, e);
}

/* is it a wish to be unsubscribed?  At an address that is there for it, what
 * no machine has written; or whatever has a good token of that kind in it */
static int
is_unsubscribe(const struct feedevent *e)
{
	if (e->tie->by == TIE_LIST_TOKEN && e->unsubscribe)
		return 1;
	return e->address->kind == CONFFEEDBACK_UNSUBSCRIBE &&
	    e->mail->kind == MAILKIND_OTHER;
}

enum feedevent_result
feedevent_put(struct buf *lines, const struct feedevent *e)
{
	switch (e->mail->kind) {
	case MAILKIND_BOUNCE: return put_bounces(lines, e);
	case MAILKIND_COMPLAINT: return put_complaints(lines, e);
	default: break;
	}
	if (is_unsubscribe(e)) {
		put_unsubscribe(lines, e);
		return FEEDEVENT_DONE;
	}
	switch (e->mail->kind) {
	case MAILKIND_VACATION: put_autoreply(lines, e, "vacation"); break;
	case MAILKIND_CHALLENGE: put_autoreply(lines, e, "challenge"); break;
	case MAILKIND_AUTOREPLY: put_autoreply(lines, e, "other"); break;
	default: return FEEDEVENT_UNREAD;
	}
	return FEEDEVENT_DONE;
}

void
feedevent_kept(struct buf *lines, const struct feedevent *e, const char *file,
    const char *why)
{
	begin(e, "feedback-kept", 0);
	put("file", file);
	event_puts("why", why);
	put("tenant", e->address->tenant);
	put("stream", e->address->stream);
	end(lines, e);
}
